// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.gwc.layer.DefaultTileLayerCatalog;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.resource.Resource;
import org.geotools.util.logging.Logging;
import org.geowebcache.config.XMLConfiguration;

/**
 * Writes the settings of layers' tiles. Those that follow from what another node has written into the data directory that both
 * share it reads instead, for the other node has written them too, or was about to; GeoServer notices what is written later.
 */
public final class QuietTileLayerCatalog extends DefaultTileLayerCatalog {
    private static final Logger LOGGER = Logging.getLogger(QuietTileLayerCatalog.class);

    private final GeoServerResourceLoader loader;
    private final Map<String, GeoServerTileLayerInfo> byId;
    private final Map<String, String> idByName;
    private final Method read;

    public QuietTileLayerCatalog(GeoServerResourceLoader loader, XMLConfiguration configuration) throws IOException {
        super(loader, configuration);
        this.loader = loader;
        this.byId = map("layersById");
        this.idByName = map("layersByName");
        this.read = Scratch.readOne();
    }

    @SuppressWarnings("unchecked")
    private <T> Map<String, T> map(String name) {
        try {
            Field field = DefaultTileLayerCatalog.class.getDeclaredField(name);
            field.setAccessible(true);
            return (Map<String, T>) field.get(this);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "With a data directory that nodes share, each writes settings of tiles", e);
            return null;
        }
    }

    @Override
    public GeoServerTileLayerInfo save(GeoServerTileLayerInfo info) {
        return isQuiet() ? follow(info.getId()) : super.save(info);
    }

    @Override
    public GeoServerTileLayerInfo delete(String id) {
        return isQuiet() ? follow(id) : super.delete(id);
    }

    private boolean isQuiet() {
        return byId != null && idByName != null && read != null && Applying.inMemoryOnly();
    }

    /** What the file says now; null if there is none. */
    private GeoServerTileLayerInfo follow(String id) {
        Resource file = loader.get(Scratch.LAYERS + '/' + Scratch.fileName(id));
        GeoServerTileLayerInfo now = file.getType() == Resource.Type.RESOURCE ? read(file) : null;
        GeoServerTileLayerInfo before = now == null ? byId.remove(id) : byId.put(id, now);
        if (before != null) {
            idByName.remove(before.getName(), id);
        }
        if (now != null) {
            idByName.put(now.getName(), id);
        }
        return now;
    }

    private GeoServerTileLayerInfo read(Resource file) {
        try {
            return (GeoServerTileLayerInfo) read.invoke(this, file);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("Settings of tiles cannot be read: " + file.name(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
