// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Settings and services, global and of a workspace; and what stays each node's own. */
@Order(21)
class ConfigurationTest extends ActiveCase {
    private static final String WORKSPACE = "configured";
    private static final String SETTINGS = "workspaces/" + WORKSPACE + "/settings";

    private static final String TILES = "gwc/service/wmts?service=WMTS&version=1.0.0&request=GetCapabilities";
    private static final String PROCESSES = "ows?service=WPS&version=1.0.0&request=GetCapabilities";

    private static void prepare() throws Exception {
        if (!a().has("rest/workspaces/" + WORKSPACE + ".xml")) {
            a().workspace(WORKSPACE);
        }
        everywhere("The workspace", rest -> rest.has("rest/workspaces/" + WORKSPACE + ".xml"));
    }

    @Test
    @Order(1)
    @DisplayName("Settings of a workspace are made, changed and removed everywhere")
    void workspaceSettings() throws Exception {
        prepare();
        b().post(SETTINGS, settings("one"));
        everywhere("The settings", rest -> rest.says("rest/" + SETTINGS + ".xml", ">one<"));
        c().put(SETTINGS, settings("two"));
        everywhere("The change of settings", rest -> rest.says("rest/" + SETTINGS + ".xml", ">two<"));
        awaitEqual();
        a().delete(SETTINGS);
        everywhere("The removal of settings", rest -> !rest.says("rest/" + SETTINGS + ".xml", ">two<"));
        awaitEqual();
    }

    private static String settings(String person) {
        return "<settings><workspace><name>" + WORKSPACE + "</name></workspace><contact><contactPerson>" + person
                + "</contactPerson></contact><charset>UTF-8</charset><numDecimals>5</numDecimals></settings>";
    }

    @Test
    @Order(2)
    @DisplayName("A service of a workspace is made, changed and removed everywhere, and the global one is not touched")
    void workspaceServices() throws Exception {
        prepare();
        for (String service : new String[] {"wms", "wfs", "wcs", "wmts"}) {
            String path = "services/" + service + "/workspaces/" + WORKSPACE + "/settings";
            a().serviceTitle(WORKSPACE, service, "here only");
            everywhere(service + " of the workspace", rest -> rest.says("rest/" + path + ".xml", "here only"));
            b().serviceTitle(WORKSPACE, service, "changed");
            everywhere("The change of " + service, rest -> rest.says("rest/" + path + ".xml", ">changed<"));
            assertFalse(c().says("rest/services/" + service + "/settings.xml", ">changed<"));
        }
        awaitEqual();
        c().delete("services/wms/workspaces/" + WORKSPACE + "/settings");
        everywhere(
                "The removal of WMS of the workspace",
                rest -> !rest.says("rest/services/wms/workspaces/" + WORKSPACE + "/settings.xml", ">changed<"));
        awaitEqual();
    }

    @Test
    @Order(3)
    @DisplayName("The log level is the same everywhere, where each node logs is its own matter")
    void logging() throws Exception {
        a().put("logging", "<logging><level>PRODUCTION_LOGGING</level><stdOutLogging>true</stdOutLogging></logging>");
        everywhere("The log level", rest -> rest.says("rest/logging.xml", "PRODUCTION_LOGGING"));
        b().put("logging", "<logging><level>SUITE_LOGGING</level><stdOutLogging>true</stdOutLogging></logging>");
        everywhere("The log level of before", rest -> rest.says("rest/logging.xml", "SUITE_LOGGING"));
    }

    @Test
    @Order(4)
    @DisplayName("A field that is emptied on one node is empty on all, which JMS clustering forgets")
    void emptied() throws Exception {
        a().contact("somebody");
        everywhere("The contact", rest -> rest.says("rest/settings/contact.xml", ">somebody<"));
        b().put("settings/contact", "<contact><contactPerson></contactPerson></contact>");
        everywhere("The contact without name", rest -> !rest.says("rest/settings/contact.xml", ">somebody<"));
        awaitEqual();
    }

    @Test
    @Order(5)
    @DisplayName("The proxy base URL stays each node's own, while the settings around it are shared")
    void nodeLocal() throws Exception {
        a().globalSetting("proxyBaseUrl", "http://proxy-of-a.example.org/");
        a().onlineResource("http://example.org/shared/");
        everywhere("What is shared", rest -> rest.says("rest/settings.xml", "http://example.org/shared/"));
        assertFalse(b().says("rest/settings.xml", "proxy-of-a"));
        assertFalse(c().says("rest/settings.xml", "proxy-of-a"));
        b().onlineResource("http://example.org/shared-again/");
        on(a(), "What B shares", rest -> rest.says("rest/settings.xml", "shared-again"));
        on(a(), "A's own proxy", rest -> rest.says("rest/settings.xml", "proxy-of-a"));
        a().globalSetting("proxyBaseUrl", null);
        on(a(), "no proxy", rest -> !rest.says("rest/settings.xml", "proxy-of-a"));
        awaitEqual();
    }

    @Test
    @Order(6)
    @DisplayName("WMTS is called on all nodes as it is called on A, and then as on C")
    void tileService() throws Exception {
        a().serviceTitle(null, "wmts", "tiles of A");
        everywhere("A's title", rest -> rest.says("rest/services/wmts/settings.xml", ">tiles of A<"));
        everywhere("A's title where maps are asked for", rest -> rest.says(TILES, ">tiles of A<"));
        c().serviceTitle(null, "wmts", "tiles of C");
        everywhere("C's title", rest -> rest.says("rest/services/wmts/settings.xml", ">tiles of C<"));
        awaitEqual();
    }

    /** REST has no settings of WPS. */
    @Test
    @Order(7)
    @DisplayName("WPS, edited by hand and reloaded on A, and of a workspace on B, answers so on all nodes")
    void processing() throws Exception {
        prepare();
        Path file = a().node().data().resolve("wps.xml");
        Files.writeString(file, titled(Files.readString(file), "processes of A"));
        a().post("reload", "");
        everywhere("A's title", rest -> rest.says(PROCESSES, ">processes of A<"));
        Path workspace = b().node().data().resolve("workspaces").resolve(WORKSPACE);
        Files.writeString(workspace.resolve("wps.xml"), ofWorkspace(workspace, titled(Files.readString(file), "of B")));
        b().post("reload", "");
        everywhere("The title in the workspace", rest -> rest.says(WORKSPACE + "/" + PROCESSES, ">of B<"));
        everywhere("The title of the others", rest -> rest.says(PROCESSES, ">processes of A<"));
        awaitEqual();
    }

    private static String titled(String wps, String title) {
        return wps.replaceFirst("<title>[^<]*</title>", "").replaceFirst("<name>", "<title>" + title + "</title><name>");
    }

    private static String ofWorkspace(Path workspace, String wps) throws Exception {
        String id = Files.readString(workspace.resolve("workspace.xml")).replaceFirst("(?s).*<id>(.*?)</id>.*", "$1");
        return wps.replaceFirst("<id>[^<]*</id>", "<id>WPSInfoImpl-" + WORKSPACE + "</id>")
                .replaceFirst("<title>", "<workspace><id>" + id + "</id></workspace><title>");
    }
}
