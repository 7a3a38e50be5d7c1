// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.suite.Wps.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * One more node, whose web application is deployed again and again in one JVM, with whatever can be wrong. It finds A and
 * B running, as the cases before left them.
 */
@Order(7)
class DeploymentTest extends ClusterCase {
    private static final String LIBRARY_DIRECTORY = "geoserver.cluster.library-directory";
    private static final String ENABLED = "geoserver.cluster.enabled";

    /** How messages name line and column. */
    private static final String PLACE = "hazelcast.xml:%d:%d: ";

    /** How many requests the comparison of speeds takes. */
    private static final int REQUESTS = 100;

    /** GeoServer may keep in memory what was deployed before. */
    private static final String ROOM_FOR_EARLIER_DEPLOYMENTS = "-Xmx1536m";

    private static Node d;
    private static double bareMillis;

    /** Whether GeoServer without the extension keeps the class loader of an earlier deployment. */
    private static boolean bareKeepsLoader;

    /** Something to change between two deployments. */
    @FunctionalInterface
    private interface Change {
        void make() throws Exception;
    }

    private static void redeploy(Change change) throws Exception {
        d.undeploy();
        change.make();
        d.deploy();
    }

    private static void assertWpsWorks() throws Exception {
        run(d, quick());
        wps(d).execute(Execute.synchronous(BUFFER).geometry("geom", "POINT (1 2)").literal("distance", 1), false)
                .expectGood();
    }

    /** GeoServer and its WPS work, and the module says why it does not. */
    private static String assertDisabledOnly() throws Exception {
        assertWpsWorks();
        ModuleLine line = ModuleLine.of(d);
        assertFalse(line.enabled(), line.toString());
        ModuleLine.awaitNodes(2, a(), b());
        return line.message();
    }

    private static long lineOf(String text, String part) {
        return text.substring(0, text.indexOf(part)).lines().count();
    }

    @Test
    @Order(1)
    @DisplayName("For comparison: GeoServer without the extension")
    void bare() throws Exception {
        // the neighbours are up before the machine is busy with another start
        a();
        d = Suite.node("D", ROOM_FOR_EARLIER_DEPLOYMENTS);
        d.start();
        d.awaitReady();
        assertWpsWorks();
        assertFalse(ModuleLine.isListed(d), "the module is there");
        bareMillis = capabilitiesMillis();
    }

    @Test
    @Order(2)
    @DisplayName("hazelcast.xml is malformed: GeoServer and its WPS work, the module says line and column")
    void malformed() throws Exception {
        String xml = Suite.NETWORK.multicastXml().replace("</network>", "</netwerk>");
        redeploy(() -> {
            Suite.EXTENSION.install(d.webapp());
            d.configure(xml);
        });
        bareKeepsLoader = d.keptLoaders() > 0;
        String message = assertDisabledOnly();
        assertTrue(message.contains(PLACE.formatted(lineOf(xml, "</netwerk>"), 3)), message);
    }

    @Test
    @Order(3)
    @DisplayName("hazelcast.xml wants a discovery that there is not: the same, and the message names it")
    void unknownDiscovery() throws Exception {
        String xml = Suite.NETWORK.multicastXml().replace("<join>", "<join><gcp enabled=\"true\"/>");
        redeploy(() -> d.configure(xml));
        String message = assertDisabledOnly();
        assertTrue(message.contains(PLACE.formatted(lineOf(xml, "<gcp"), 11)), message);
        assertTrue(message.contains("gcp"), message);
    }

    @Test
    @Order(4)
    @DisplayName("The library cannot be unpacked: GeoServer and its WPS work, the module says where and what to set")
    void nowhereToUnpack() throws Exception {
        // below a file, because a read-only directory is none for root
        Path file = Files.createFile(d.temporary().resolve("a-file"));
        redeploy(() -> {
            d.configure(Suite.NETWORK.multicastXml());
            d.set(LIBRARY_DIRECTORY, file.resolve("libraries").toString());
        });
        String message = assertDisabledOnly();
        assertTrue(message.contains(file.toString()) && message.contains(LIBRARY_DIRECTORY), message);
    }

    @Test
    @Order(5)
    @DisplayName("The jar has no library for this platform: GeoServer and its WPS work, the module says so")
    void noLibrary() throws Exception {
        redeploy(() -> {
            d.clear(LIBRARY_DIRECTORY);
            Suite.EXTENSION.remove(d.webapp());
            Suite.EXTENSION.installWithoutLibrary(d.webapp());
        });
        String message = assertDisabledOnly();
        assertTrue(message.contains("no native library"), message);
    }

    @Test
    @Order(6)
    @DisplayName("The module is switched off: GeoServer is as bare, and the module says by what")
    void switchedOff() throws Exception {
        redeploy(() -> {
            Suite.EXTENSION.remove(d.webapp());
            Suite.EXTENSION.install(d.webapp());
            d.set(ENABLED, "false");
        });
        String message = assertDisabledOnly();
        assertTrue(message.contains(ENABLED), message);
    }

    @Test
    @Order(7)
    @DisplayName("Another secret on the same network: the clusters stay apart, and say so")
    void otherSecret() throws Exception {
        long[] logs = {a().log().end(), b().log().end(), d.log().end()};
        redeploy(() -> {
            d.clear(ENABLED);
            d.configure(Suite.NETWORK.withSecret("not-" + Suite.NETWORK.secret()).bothXml());
        });
        Await.until("D says that it is refused", Await.SOON, () -> {
            boolean said = d.log().ownTrouble(logs[2]).stream().anyMatch(line -> line.contains("secret"));
            return said ? null : "its log does not say it";
        });
        Await.until("A or B say that they refuse", Await.SOON, () -> {
            boolean said = a().log().ownTrouble(logs[0]).stream().anyMatch(line -> line.contains("secret"))
                    || b().log().ownTrouble(logs[1]).stream().anyMatch(line -> line.contains("secret"));
            return said ? null : "their logs do not say it";
        });
        ModuleLine.awaitNodes(1, d);
        ModuleLine.awaitNodes(2, a(), b());
        String id = run(d, quick());
        String exception = wps(a()).status(id).exception();
        assertTrue(exception != null && exception.startsWith("Unknown execution id"), exception);
        assertTrue(wps(d).list("maxFeatures=1000").stream().allMatch(row -> row.id().equals(id)), "D lists its own only");
    }

    @Test
    @Order(8)
    @DisplayName("The right configuration: D joins A and B, and knows what they know")
    void joins() throws Exception {
        String id = run(a(), quick());
        redeploy(() -> d.configure(Suite.NETWORK.listXml()));
        ModuleLine.awaitNodes(3, a(), b(), d);
        assertSame(wps(a()).status(id), wps(d).await(id, Phase.SUCCEEDED), "Response on D");
        double millis = capabilitiesMillis();
        System.out.printf(
                "         GetCapabilities of WPS takes %.1f ms with the module, %.1f ms without (median of %d)%n",
                millis, bareMillis, REQUESTS);
    }

    private static double capabilitiesMillis() throws Exception {
        double[] millis = new double[REQUESTS];
        // the first half only warms up
        for (int i = -REQUESTS; i < REQUESTS; i++) {
            long start = System.nanoTime();
            d.get("ows?service=WPS&version=1.0.0&request=GetCapabilities").expectGood();
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[REQUESTS / 2];
    }

    @Test
    @Order(9)
    @DisplayName("D is undeployed and deployed twice in its JVM: no thread, connection or member stays behind")
    void redeployed() throws Exception {
        for (int i = 0; i < 2; i++) {
            String running = wps(d).submit(slow(slowInput()));
            wps(a()).await(running, Phase.STARTED);
            d.undeploy();
            wps(a()).await(running, Phase.FAILED);
            ModuleLine.awaitNodes(2, a(), b());
            assertEquals(List.of(), d.nativeThreads(), "threads of the library while it is undeployed");
            d.deploy();
            ModuleLine.awaitNodes(3, a(), b(), d);
            String id = run(d, quick());
            wps(a()).await(id, Phase.SUCCEEDED);
        }
        List<String> leaks = d.log().since(0).stream()
                .filter(line -> line.contains("web application [geoserver]") && line.contains("gs-native-cluster"))
                .collect(Collectors.toList());
        assertEquals(List.of(), leaks);
        if (bareKeepsLoader) {
            System.out.printf(
                    "         %d of %d earlier class loaders are still in memory; that of the bare GeoServer is one of them%n",
                    d.keptLoaders(), d.undeployments());
        } else {
            assertEquals(0, d.keptLoaders(), "class loaders of earlier deployments");
        }
    }
}
