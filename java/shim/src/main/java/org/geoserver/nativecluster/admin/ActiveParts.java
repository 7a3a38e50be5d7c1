// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.GeoServer;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.active.Equipment;
import org.geoserver.nativecluster.active.MovedKeys;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.active.UpdateSequence;
import org.geoserver.nativecluster.catalog.CatalogPart;
import org.geoserver.nativecluster.catalog.ClusterIds;
import org.geoserver.nativecluster.config.ConfigPart;
import org.geoserver.nativecluster.files.FilesPart;
import org.geoserver.nativecluster.gwc.GwcBeans;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.security.SecurityPart;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.security.GeoServerSecurityManager;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The families of objects that this node shares, made when GeoServer is up. One that cannot be made is left out, and told: a
 * bean that cannot be made would keep GeoServer from starting.
 */
final class ActiveParts implements Equipment {
    private static final Logger LOGGER = Logging.getLogger(ActiveParts.class);

    /** Makes a family. */
    private interface Maker {
        Part make() throws Exception;
    }

    private final ListableBeanFactory beans;
    private final Settings settings;

    /** This is made before any bean, so before GeoServer reads its configuration. */
    private final long started = System.currentTimeMillis();

    ActiveParts(ListableBeanFactory beans, Settings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    private NativeClusterModule module() {
        return bean(NativeClusterModule.NAME, NativeClusterModule.class);
    }

    private <T> T bean(String name, Class<T> type) {
        return beans.getBean(name, type);
    }

    @Override
    public String objection() {
        String objection = Databases.objection(dataDirectory());
        return objection == null ? module().shareDataDirectory() : objection;
    }

    @Override
    public SharedObjects objects(Runnable wake) {
        module().listen(event -> {
            if (event instanceof Event.Shared) {
                wake.run();
            }
        });
        return module().shared();
    }

    @Override
    public List<Part> parts() {
        Catalog catalog = bean("rawCatalog", Catalog.class);
        XStreamPersisterFactory persisters = bean("xstreamPersisterFactory", XStreamPersisterFactory.class);
        SharedObjects objects = module().shared();
        ClusterIds ids = new ClusterIds();
        GeoServer geoServer = bean("geoServer", GeoServer.class);
        GeoServerConfigurationLock lock = bean("configurationLock", GeoServerConfigurationLock.class);
        UpdateSequence sequence = new UpdateSequence(catalog, geoServer);
        List<Part> parts = new ArrayList<>();
        add(parts, "the catalog", () ->
                new CatalogPart(catalog, persisters, objects, ids, sequence, dataDirectory(), settings.isReadOnly()));
        add(parts, "the configuration", () -> new MovedKeys(
                new ConfigPart(
                        geoServer,
                        catalog,
                        persisters,
                        ids,
                        sequence,
                        objects,
                        settings.get(Settings.NODE_LOCAL, ""),
                        started),
                objects,
                ids));
        add(parts, "files", () -> new FilesPart(
                objects,
                module().files(),
                bean("resourceLoader", GeoServerResourceLoader.class),
                catalog,
                ConfigurationGate.of(lock),
                module().stateDirectory(),
                patterns()));
        if (GwcBeans.isPresent(beans)) {
            add(parts, "the tile cache", () -> new MovedKeys(
                    GwcBeans.part(
                            beans, objects, module().files(), ids, ConfigurationGate.of(lock), module().stateDirectory()),
                    objects,
                    ids));
        }
        boolean withKeystore = settings.get(Settings.SECURITY, "").trim().equalsIgnoreCase("keystore");
        if (withKeystore || settings.isOn(Settings.SECURITY)) {
            add(parts, "the security configuration", () -> new SecurityPart(
                    bean("geoServerSecurityManager", GeoServerSecurityManager.class),
                    lock,
                    dataDirectory(),
                    module().files(),
                    withKeystore));
        }
        return parts;
    }

    private Path dataDirectory() {
        return bean("resourceLoader", GeoServerResourceLoader.class).getBaseDirectory().toPath();
    }

    private static void add(List<Part> parts, String what, Maker maker) {
        try {
            parts.add(maker.make());
        } catch (Exception | LinkageError e) {
            LOGGER.log(Level.SEVERE, "This node does not share " + what, e);
        }
    }

    private List<String> patterns() {
        return Arrays.stream(settings.get(Settings.FILES, "").split(","))
                .map(String::trim)
                .filter(pattern -> !pattern.isEmpty())
                .toList();
    }
}
