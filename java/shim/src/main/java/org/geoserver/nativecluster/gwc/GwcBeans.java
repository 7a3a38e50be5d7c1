// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.gwc.config.GWCConfigPersister;
import org.geoserver.gwc.config.GeoserverXMLResourceProvider;
import org.geoserver.gwc.layer.DefaultTileLayerCatalog;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geowebcache.config.ConfigurationResourceProvider;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.diskquota.DiskQuotaMonitor;
import org.geowebcache.storage.DefaultStorageBroker;
import org.geowebcache.storage.StorageBroker;
import org.geowebcache.util.ApplicationContextProvider;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

/** Finds GeoWebCache in GeoServer. Needs none of its classes before it is known to be there. */
public final class GwcBeans {
    private static final String STORAGE = "gwcStorageBroker";
    private static final String FILE = "gwcXmlConfigResourceProvider";
    private static final String SETTINGS = "gwcGeoServervConfigPersister";
    private static final String TILE_LAYERS = "GeoSeverTileLayerCatalog";
    private static final String CACHE_DIRECTORY = "GEOWEBCACHE_CACHE_DIR";

    private GwcBeans() {}

    /** Whether this GeoServer has a tile cache. */
    public static boolean isPresent(ListableBeanFactory beans) {
        return beans.containsBean("gwcFacade") && beans.containsBean(STORAGE);
    }

    /** Before beans are made: what is told of truncations must be in their way, and what keeps from writing. */
    public static void register(BeanDefinitionRegistry registry) {
        if (!registry.containsBeanDefinition(STORAGE)) {
            return;
        }
        replace(registry, FILE, GeoserverXMLResourceProvider.class, QuietFile.class);
        replace(registry, SETTINGS, GWCConfigPersister.class, QuietSettings.class);
        replace(registry, TILE_LAYERS, DefaultTileLayerCatalog.class, QuietTileLayerCatalog.class);
        if (replace(registry, STORAGE, DefaultStorageBroker.class, ClusterStorageBroker.class)) {
            registry.registerBeanDefinition(
                    "nativeClusterTruncationThreads",
                    BeanDefinitionBuilder.genericBeanDefinition(ClusterStorageBroker.Following.class)
                            .getBeanDefinition());
        }
    }

    /** False, and left alone, if it is not GeoServer's own but another module's. */
    private static <T> boolean replace(
            BeanDefinitionRegistry registry, String name, Class<T> usual, Class<? extends T> instead) {
        if (!registry.containsBeanDefinition(name)) {
            return false;
        }
        BeanDefinition bean = registry.getBeanDefinition(name);
        boolean isUsual = usual.getName().equals(bean.getBeanClassName());
        if (isUsual) {
            bean.setBeanClassName(instead.getName());
        }
        return isUsual;
    }

    /** @param state a folder of this node alone */
    public static Part part(
            ListableBeanFactory beans,
            SharedObjects shared,
            FileWatch watch,
            Ids ids,
            ConfigurationGate gate,
            Path state)
            throws IOException {
        GeoServerResourceLoader loader = beans.getBean("resourceLoader", GeoServerResourceLoader.class);
        GwcPart.Host host = new GwcPart.Host(
                loader,
                beans.getBean("rawCatalog", Catalog.class),
                beans.getBean("xstreamPersisterFactory", XStreamPersisterFactory.class),
                beans.getBean(TILE_LAYERS, TileLayerCatalog.class),
                beans.getBean("gwcXmlConfig", XMLConfiguration.class),
                beans.getBean(FILE, ConfigurationResourceProvider.class),
                beans.getBean("gwcAppCtx", ApplicationContextProvider.class),
                beans.getBean("DiskQuotaMonitor", DiskQuotaMonitor.class),
                beans.getBean(STORAGE, StorageBroker.class));
        return new GwcPart(shared, watch, ids, gate, host, state, cache(loader.getBaseDirectory()));
    }

    private static Path cache(File dataDirectory) {
        String named = System.getProperty(CACHE_DIRECTORY, System.getenv(CACHE_DIRECTORY));
        return named == null || named.isBlank() ? dataDirectory.toPath().resolve("gwc") : Path.of(named);
    }
}
