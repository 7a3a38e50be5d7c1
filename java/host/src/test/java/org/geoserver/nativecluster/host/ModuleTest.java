// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import static org.geoserver.nativecluster.host.IsolatedCluster.phase;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.platform.ContextLoadedEvent;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.ModuleStatus;
import org.geoserver.wps.MemoryProcessStatusStore;
import org.geoserver.wps.executor.ProcessState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.support.ClassPathXmlApplicationContext;

/** Whatever keeps the module from its work, GeoServer starts, works as without it, and says why. */
class ModuleTest {
    private static final String ENABLED = "geoserver.cluster.enabled";
    private static final String ACTIVE = "geoserver.cluster.active";
    private static final String LIBRARY = "gs.cluster.library";
    private static final String LIBRARY_DIRECTORY = "geoserver.cluster.library-directory";

    @TempDir
    Path folder;

    private final String library = System.getProperty(LIBRARY);

    @AfterEach
    void restore() {
        System.clearProperty(ENABLED);
        System.clearProperty(LIBRARY_DIRECTORY);
        if (library == null) {
            System.clearProperty(LIBRARY);
        } else {
            System.setProperty(LIBRARY, library);
        }
    }

    /** GeoServer's own behaviour, and the reason on the status page. */
    private void assertWorksWithout(String... reason) throws IOException {
        try (EmbeddedHost host = new EmbeddedHost(IsolatedCluster.installation(), folder)) {
            ModuleStatus module = host.module();
            assertFalse(module.isEnabled());
            for (String part : reason) {
                assertTrue(module.getMessage().orElse("").contains(part), module.getMessage().orElse(""));
            }
            assertNull(host.cluster());
            String id = host.submit(Map.of("size", "10"));
            phase(host, id, ProcessState.SUCCEEDED);
            assertTrue(host.response(id).contains("ProcessSucceeded"));
            try (InputStream output = host.output(id, "result.bin")) {
                assertEquals(10, output.readAllBytes().length);
            }
            host.dismiss(id);
            assertNull(host.statuses().get(id));
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("gs-native-cluster"))
                .collect(Collectors.toSet());
    }

    @Test
    void aConfigurationThatIsNoXml() throws IOException {
        Files.writeString(folder.resolve("hazelcast.xml"), "<hazelcast>\n  <network>\n</hazelcast>");
        assertWorksWithout("hazelcast.xml", "3");
        assertEquals(Set.of(), threads());
    }

    @Test
    void aConfigurationThatIsRefusedIsNamedWithItsLine() throws IOException {
        Files.writeString(
                folder.resolve("hazelcast.xml"),
                "<hazelcast>\n<network><join>\n  <gcp enabled=\"true\"/>\n</join></network></hazelcast>");
        assertWorksWithout("hazelcast.xml:3", "gcp");
    }

    @Test
    void switchedOff() throws IOException {
        System.setProperty(ENABLED, "false");
        assertWorksWithout(ENABLED);
        assertFalse(Files.exists(folder.resolve("hazelcast.xml")));
        assertEquals(Set.of(), threads());
    }

    @Test
    void noLibrary() throws IOException {
        System.setProperty(LIBRARY, folder.resolve("missing.so").toString());
        assertWorksWithout("missing.so");
    }

    @Test
    void aLibraryThatCannotBeExtracted() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        System.setProperty(LIBRARY_DIRECTORY, file.resolve("below").toString());
        assertWorksWithout(file.toString(), "GEOSERVER_CLUSTER_LIBRARY_DIRECTORY");
    }

    @Test
    void aStateDirectoryThatCannotBeWritten() throws IOException {
        Hazelcast.alone(folder, "state");
        Files.writeString(folder.resolve("cluster-state"), "in the way");
        assertWorksWithout("cluster-state");
    }

    @Test
    void theConfigurationIsCreatedWhereThereIsNone() throws IOException {
        System.setProperty("geoserver.cluster.interface", "127.0.0.1");
        System.setProperty("geoserver.cluster.name", "test-" + folder.getFileName());
        try (EmbeddedHost host = new EmbeddedHost(IsolatedCluster.installation(), folder)) {
            assertTrue(host.module().isEnabled(), host.module().getMessage().orElse(""));
            String created = Files.readString(folder.resolve("hazelcast.xml"));
            assertTrue(created.contains("<multicast-group>224.2.2.3</multicast-group>"), created);
            assertTrue(created.contains("wpsExecutionStatusMap"), created);
        } finally {
            System.clearProperty("geoserver.cluster.interface");
            System.clearProperty("geoserver.cluster.name");
        }
    }

    @Test
    void twoNodesWithOneDataDirectory() throws IOException {
        Hazelcast.multicast(folder, "shared-" + folder.getFileName());
        try (EmbeddedHost one = new EmbeddedHost(IsolatedCluster.installation(), folder);
                EmbeddedHost two = new EmbeddedHost(IsolatedCluster.installation(), folder)) {
            IsolatedCluster.formed(one, two);
            try (Stream<Path> states = Files.list(folder.resolve("cluster-state"))) {
                assertEquals(2, states.count());
            }
            String id = one.submit(Map.of("size", "10"));
            phase(two, id, ProcessState.SUCCEEDED);
            assertTrue(two.response(id).contains("ProcessSucceeded"));
        }
    }

    @Test
    void anotherModuleThatSharesStatuses() {
        try (EmbeddedHost host = new EmbeddedHost(
                IsolatedCluster.installation(),
                folder,
                registry -> registry.registerBeanDefinition(
                        "hazelcastProcessStatusStore", new RootBeanDefinition(MemoryProcessStatusStore.class)))) {
            assertFalse(host.module().isEnabled());
            assertTrue(host.module().getMessage().orElse("").contains("hazelcastProcessStatusStore"));
            assertEquals(MemoryProcessStatusStore.class, host.statuses().getClass());
            phase(host, host.submit(Map.of()), ProcessState.SUCCEEDED);
        }
    }

    private static ClassLoader withoutWps() {
        return new ClassLoader(ModuleTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("org.geoserver.wps.") || name.startsWith("net.opengis.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
    }

    /** Catalog and configuration are shared without a WPS too, but never with the secret that everybody knows. */
    @Test
    void activeClusteringNeedsNoWpsAndASecret() throws IOException {
        URL[] shim = IsolatedCluster.installation().urls();
        Hazelcast.alone(folder, "active");
        System.setProperty(ACTIVE, "true");
        try (ShimClassLoader loader = new ShimClassLoader(shim, withoutWps());
                ClassPathXmlApplicationContext context = new ClassPathXmlApplicationContext(
                        new String[] {"classpath*:applicationContext.xml"}, false) {
                    @Override
                    protected void customizeBeanFactory(DefaultListableBeanFactory factory) {
                        factory.registerSingleton("resourceLoader", new GeoServerResourceLoader(folder.toFile()));
                        factory.registerSingleton("geoServer", new StandInGeoServer().getObject());
                        factory.registerSingleton("configurationLock", new GeoServerConfigurationLock());
                    }
                }) {
            context.setClassLoader(loader);
            context.refresh();
            context.publishEvent(new ContextLoadedEvent(context));
            ModuleStatus module = context.getBean(ModuleStatus.class);
            assertTrue(module.isEnabled());
            String message = module.getMessage().orElse("");
            assertTrue(message.contains("this GeoServer has no WPS"), message);
            assertTrue(message.contains("Catalog and configuration are not shared") && message.contains("secret"), message);
        } finally {
            System.clearProperty(ACTIVE);
        }
    }

    @Test
    void aGeoServerWithoutWps() throws IOException {
        URL[] shim = IsolatedCluster.installation().urls();
        try (ShimClassLoader loader = new ShimClassLoader(shim, withoutWps());
                ClassPathXmlApplicationContext context = new ClassPathXmlApplicationContext()) {
            context.setConfigLocation("classpath*:applicationContext.xml");
            context.setClassLoader(loader);
            context.refresh();
            ModuleStatus module = context.getBean(ModuleStatus.class);
            assertFalse(module.isEnabled());
            assertTrue(module.getMessage().orElse("").contains("no WPS"));
            assertEquals(
                    List.of("nativeClusterRegistrar", "nativeClusterStatus"),
                    List.of(context.getBeanDefinitionNames()));
        }
    }
}
