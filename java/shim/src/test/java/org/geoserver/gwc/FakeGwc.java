// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.gwc.layer.GeoServerTileLayer;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geowebcache.config.BlobStoreInfo;
import org.geowebcache.grid.GridSetBroker;
import org.geowebcache.layer.TileLayer;

/** A tile cache that remembers what was asked of it. */
public class FakeGwc extends GWC implements TileLayerCatalog {
    /** What somebody does meanwhile. */
    public Runnable afterSave = () -> {};

    /** The global settings that are in use. */
    public GWCConfig config = new GWCConfig();

    public final List<String> calls = new ArrayList<>();
    public final Map<String, GeoServerTileLayerInfo> layers = new TreeMap<>();

    @Override
    public GridSetBroker getGridSetBroker() {
        return null;
    }

    @Override
    public void add(GeoServerTileLayer layer) {
        calls.add("add " + layer.getName());
        layers.put(layer.getInfo().getId(), layer.getInfo());
    }

    @Override
    public void save(TileLayer layer) {
        calls.add("save " + layer.getName());
        GeoServerTileLayerInfo info = ((GeoServerTileLayer) layer).getInfo();
        layers.put(info.getId(), info);
        afterSave.run();
    }

    @Override
    public void rename(String oldName, String newName) {
        calls.add("rename " + oldName + " " + newName);
    }

    @Override
    public void removeTileLayers(List<String> names) {
        calls.add("remove " + names);
        layers.values().removeIf(info -> names.contains(info.getName()));
    }

    @Override
    public boolean tileLayerExists(String name) {
        return getLayerByName(name) != null;
    }

    @Override
    public TileLayer getTileLayerByName(String name) {
        GeoServerTileLayerInfo info = getLayerByName(name);
        if (info == null) {
            throw new IllegalArgumentException(name);
        }
        return new GeoServerTileLayer(null, null, info);
    }

    @Override
    public GWCConfig getConfig() {
        return config;
    }

    @Override
    public void saveConfig(GWCConfig config) {
        calls.add("save settings");
        this.config = config;
    }

    @Override
    public BlobStoreInfo getDefaultBlobStore() {
        return null;
    }

    @Override
    public GeoServerTileLayerInfo getLayerById(String id) {
        return layers.get(id);
    }

    @Override
    public GeoServerTileLayerInfo getLayerByName(String name) {
        return layers.values().stream()
                .filter(info -> info.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void initialize() {}
}
