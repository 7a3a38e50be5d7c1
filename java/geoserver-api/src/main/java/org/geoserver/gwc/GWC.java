// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.gwc.layer.GeoServerTileLayer;
import org.geowebcache.GeoWebCacheException;
import org.geowebcache.config.BlobStoreInfo;
import org.geowebcache.config.ConfigurationException;
import org.geowebcache.diskquota.DiskQuotaConfig;
import org.geowebcache.diskquota.jdbc.JDBCConfiguration;
import org.geowebcache.grid.GridSet;
import org.geowebcache.grid.GridSetBroker;
import org.geowebcache.layer.TileLayer;

/** The tile cache. */
public class GWC {
    /** GeoServer's own takes all that it works with. */
    GWC() {}

    public static GWC get() {
        throw new UnsupportedOperationException();
    }

    public GWCConfig getConfig() {
        throw new UnsupportedOperationException();
    }

    public void saveConfig(GWCConfig config) throws IOException {}

    public boolean isDiskQuotaAvailable() {
        throw new UnsupportedOperationException();
    }

    public DiskQuotaConfig getDiskQuotaConfig() {
        throw new UnsupportedOperationException();
    }

    public JDBCConfiguration getJDBCDiskQuotaConfig() throws IOException, ConfigurationException {
        throw new UnsupportedOperationException();
    }

    public void saveDiskQuotaConfig(DiskQuotaConfig config, JDBCConfiguration jdbc)
            throws ConfigurationException, IOException, InterruptedException {}

    public GridSetBroker getGridSetBroker() {
        throw new UnsupportedOperationException();
    }

    public Set<String> getLayerNamesForGridSets(Set<String> gridSets) {
        throw new UnsupportedOperationException();
    }

    public void addGridSet(GridSet gridSet) throws IllegalArgumentException, IOException {}

    public void modifyGridSet(String oldName, GridSet gridSet)
            throws IllegalArgumentException, IOException, GeoWebCacheException {}

    public void removeGridSets(Set<String> names) throws IOException, GeoWebCacheException {}

    public BlobStoreInfo getDefaultBlobStore() {
        throw new UnsupportedOperationException();
    }

    public List<BlobStoreInfo> getBlobStores() {
        throw new UnsupportedOperationException();
    }

    public void addBlobStore(BlobStoreInfo info) throws ConfigurationException {}

    public void modifyBlobStore(String oldName, BlobStoreInfo info) throws ConfigurationException {}

    public void removeBlobStores(Iterable<String> names) throws ConfigurationException {}

    public boolean tileLayerExists(String name) {
        throw new UnsupportedOperationException();
    }

    public TileLayer getTileLayerByName(String name) throws IllegalArgumentException {
        throw new UnsupportedOperationException();
    }

    public List<GeoServerTileLayer> getTileLayersForStyle(String style) {
        throw new UnsupportedOperationException();
    }

    public void add(GeoServerTileLayer layer) {}

    public void save(TileLayer layer) {}

    public void rename(String oldName, String newName) {}

    public void removeTileLayers(List<String> names) {}
}
