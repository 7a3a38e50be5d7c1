// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.diskquota.DiskQuotaMonitor;
import org.geowebcache.storage.StorageBroker;
import org.geowebcache.util.ApplicationContextProvider;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

/** Finds GeoWebCache in GeoServer. Needs none of its classes before it is known to be there. */
public final class GwcBeans {
    private static final String STORAGE = "gwcStorageBroker";
    private static final String USUAL_STORAGE = "org.geowebcache.storage.DefaultStorageBroker";
    private static final String CACHE_DIRECTORY = "GEOWEBCACHE_CACHE_DIR";

    private GwcBeans() {}

    /** Whether this GeoServer has a tile cache. */
    public static boolean isPresent(ListableBeanFactory beans) {
        return beans.containsBean("gwcFacade") && beans.containsBean(STORAGE);
    }

    /** Before beans are made: what is told of truncations must be in their way. Another module's broker is left alone. */
    public static void register(BeanDefinitionRegistry registry) {
        if (!registry.containsBeanDefinition(STORAGE)) {
            return;
        }
        BeanDefinition storage = registry.getBeanDefinition(STORAGE);
        if (USUAL_STORAGE.equals(storage.getBeanClassName())) {
            storage.setBeanClassName(ClusterStorageBroker.class.getName());
            registry.registerBeanDefinition(
                    "nativeClusterTruncationThreads",
                    BeanDefinitionBuilder.genericBeanDefinition(ClusterStorageBroker.Following.class)
                            .getBeanDefinition());
        }
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
                beans.getBean("GeoSeverTileLayerCatalog", TileLayerCatalog.class),
                beans.getBean("gwcXmlConfig", XMLConfiguration.class),
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
