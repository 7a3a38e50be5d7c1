// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A kind of edit, as an administrator makes it on one node: how it is made for the nth time, and how another node shows that
 * it has arrived. They are the rows by which GeoServer's JMS clustering was measured, those included that it never copies.
 *
 * @param name of the row
 * @param group what must be switched on for it
 * @param edit makes it
 * @param seen whether it is there
 */
public record Change(String name, Group group, Edit edit, Look seen) {
    /** What a kind of edit belongs to. */
    public enum Group {
        CATALOG,
        CONFIGURATION,
        TILES,
        FILES,
        SECURITY
    }

    /** Makes the edit. */
    @FunctionalInterface
    public interface Edit {
        void make(Rest rest, int n) throws Exception;
    }

    /** Says whether the edit is there. */
    @FunctionalInterface
    public interface Look {
        boolean seen(Rest rest, int n) throws Exception;
    }

    /** The workspace in which all of it happens. */
    public static final String WORKSPACE = "changes";

    private static final String WS = "rest/workspaces/" + WORKSPACE + "/";
    private static final String STORE = "points";
    private static final String TEMPLATE = "workspaces/" + WORKSPACE + "/content.ftl";
    private static final String GRAPHIC = "styles/change.svg";
    private static final String PASSWORD = "Change-me-1";

    /** Makes what the changes are made to. */
    public static void prepare(Rest rest, Data data) throws Exception {
        rest.workspace(WORKSPACE);
        rest.dataStore(WORKSPACE, STORE, data);
        rest.layer(WORKSPACE, STORE, "points");
        rest.style(null, "change", Data.sld("#000000"));
        rest.style(null, "change-0", Data.sld("#ff0000"));
        rest.style(null, "change-1", Data.sld("#0000ff"));
        rest.style(null, "change-2", Data.sld("#00ff00"));
    }

    /** Whether {@link #prepare} is done here. */
    public static boolean isPrepared(Rest rest) throws Exception {
        return rest.has("rest/layers/" + WORKSPACE + ":points.xml") && rest.has("rest/styles/change-2.xml");
    }

    /** All rows; each n may be used once. */
    public static List<Change> all(Data data) {
        return List.of(
                new Change("workspace create", Group.CATALOG, (rest, n) -> rest.workspace("w" + n), (rest, n) ->
                        rest.has("rest/workspaces/w" + n + ".xml")),
                new Change(
                        "workspace rename",
                        Group.CATALOG,
                        (rest, n) -> rest.renameWorkspace("w" + n, "renamed" + n),
                        (rest, n) -> rest.has("rest/workspaces/renamed" + n + ".xml")
                                && !rest.has("rest/workspaces/w" + n + ".xml")),
                new Change(
                        "workspace delete",
                        Group.CATALOG,
                        (rest, n) -> rest.deleteWorkspace("renamed" + n),
                        (rest, n) -> !rest.has("rest/workspaces/renamed" + n + ".xml")),
                new Change(
                        "style create",
                        Group.CATALOG,
                        (rest, n) -> rest.style(null, "s" + n, Data.sld(colour(n))),
                        (rest, n) -> rest.says("rest/styles/s" + n + ".sld", colour(n))),
                new Change(
                        "style modify",
                        Group.CATALOG,
                        (rest, n) -> rest.changeStyle(null, "change", Data.sld(colour(n))),
                        (rest, n) -> rest.says("rest/styles/change.sld", colour(n))),
                new Change(
                        "store create",
                        Group.CATALOG,
                        (rest, n) -> rest.dataStore(WORKSPACE, "store" + n, data),
                        (rest, n) -> rest.has(WS + "datastores/store" + n + ".xml")),
                new Change(
                        "layer publish",
                        Group.CATALOG,
                        (rest, n) -> rest.layer(WORKSPACE, STORE, "layer" + n, "points"),
                        (rest, n) -> rest.has("rest/layers/" + WORKSPACE + ":layer" + n + ".xml")),
                new Change(
                        "layer group",
                        Group.CATALOG,
                        (rest, n) -> rest.group(WORKSPACE, "group" + n, WORKSPACE + ":points"),
                        (rest, n) -> rest.has(WS + "layergroups/group" + n + ".xml")),
                new Change(
                        "feature type title",
                        Group.CATALOG,
                        (rest, n) -> rest.featureTypeTitle(WORKSPACE, STORE, "points", "title " + n),
                        (rest, n) -> rest.says(
                                WS + "datastores/" + STORE + "/featuretypes/points.xml", "<title>title " + n + "<")),
                new Change(
                        "layer's style",
                        Group.CATALOG,
                        (rest, n) -> rest.layerStyle(WORKSPACE, "points", style(n)),
                        (rest, n) -> rest.says("rest/layers/" + WORKSPACE + ":points.xml", "<name>" + style(n) + "<")),
                removal("layer group", WS + "layergroups/group", ""),
                removal("layer", "rest/layers/" + WORKSPACE + ":layer", "?recurse=true"),
                removal("store", WS + "datastores/store", "?recurse=true"),
                removal("style", "rest/styles/s", "?purge=true"),
                new Change(
                        "contact",
                        Group.CONFIGURATION,
                        (rest, n) -> rest.contact("person " + n),
                        (rest, n) -> rest.says("rest/settings/contact.xml", "person " + n + "<")),
                new Change(
                        "global",
                        Group.CONFIGURATION,
                        (rest, n) -> rest.onlineResource("http://example.org/" + n + "/"),
                        (rest, n) -> rest.says("rest/settings.xml", "http://example.org/" + n + "/")),
                service("wms"),
                service("wfs"),
                service("wcs"),
                new Change(
                        "GWC layer",
                        Group.TILES,
                        (rest, n) -> rest.send(
                                "PUT", "gwc/rest/layers/" + WORKSPACE + ":points.xml", Rest.XML, tileLayer(1000 + n)),
                        (rest, n) -> rest.says(
                                "gwc/rest/layers/" + WORKSPACE + ":points.xml", "<expireCache>" + (1000 + n) + "<")),
                new Change(
                        "style graphic",
                        Group.FILES,
                        (rest, n) -> rest.resource(GRAPHIC, "image/svg+xml", bytes(Data.svg(colour(n)))),
                        (rest, n) -> Arrays.equals(bytes(Data.svg(colour(n))), rest.resource(GRAPHIC))),
                new Change(
                        "Freemarker template",
                        Group.FILES,
                        (rest, n) -> rest.resource(TEMPLATE, "text/plain", bytes("template " + n)),
                        (rest, n) -> Arrays.equals(bytes("template " + n), rest.resource(TEMPLATE))),
                new Change(
                        "user",
                        Group.SECURITY,
                        (rest, n) -> rest.post(
                                "security/usergroup/users",
                                "<user><userName>u" + n + "</userName><password>" + PASSWORD
                                        + "</password><enabled>true</enabled></user>"),
                        (rest, n) -> rest.says("rest/security/usergroup/users.xml", "<userName>u" + n + "<")),
                new Change(
                        "role",
                        Group.SECURITY,
                        (rest, n) -> rest.send("POST", "rest/security/roles/role/ROLE_" + n, null, (byte[]) null),
                        (rest, n) -> rest.says("rest/security/roles.xml", "ROLE_" + n + "<")),
                new Change(
                        "layer rule",
                        Group.SECURITY,
                        (rest, n) -> rest.post(
                                "security/acl/layers",
                                "<rules><rule resource=\"rule" + n + ".*.r\">*</rule></rules>"),
                        (rest, n) -> rest.says("rest/security/acl/layers.xml", "rule" + n + ".*.r")),
                new Change(
                        "user delete",
                        Group.SECURITY,
                        (rest, n) -> rest.delete("security/usergroup/user/u" + n),
                        (rest, n) -> rest.lacks("rest/security/usergroup/users.xml", "<userName>u" + n + "<")),
                new Change(
                        "role delete",
                        Group.SECURITY,
                        (rest, n) -> rest.delete("security/roles/role/ROLE_" + n),
                        (rest, n) -> rest.lacks("rest/security/roles.xml", "ROLE_" + n + "<")),
                new Change(
                        "layer rule delete",
                        Group.SECURITY,
                        (rest, n) -> rest.delete("security/acl/layers/rule" + n + ".*.r"),
                        (rest, n) -> rest.lacks("rest/security/acl/layers.xml", "rule" + n + ".*.r")));
    }

    /** Of what another row made. */
    private static Change removal(String what, String path, String query) {
        return new Change(
                what + " delete",
                Group.CATALOG,
                (rest, n) -> rest.delete((path + n).substring("rest/".length()) + query),
                (rest, n) -> !rest.has(path + n + ".xml"));
    }

    private static Change service(String service) {
        return new Change(
                service.toUpperCase(java.util.Locale.ROOT) + " title",
                Group.CONFIGURATION,
                (rest, n) -> rest.serviceTitle(null, service, service + " title " + n),
                (rest, n) -> rest.says("rest/services/" + service + "/settings.xml", service + " title " + n + "<"));
    }

    private static String style(int n) {
        return "change-" + n % 3;
    }

    static String colour(int n) {
        return String.format("#%06x", 0x100000 + n * 7919 % 0xe00000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A tile layer that expires after so many seconds. */
    public static String tileLayer(int seconds) {
        return """
                <GeoServerLayer>
                  <enabled>true</enabled>
                  <name>%s:points</name>
                  <mimeFormats><string>image/png</string></mimeFormats>
                  <gridSubsets><gridSubset><gridSetName>EPSG:4326</gridSetName></gridSubset></gridSubsets>
                  <metaWidthHeight><int>4</int><int>4</int></metaWidthHeight>
                  <expireCache>%d</expireCache>
                  <expireClients>0</expireClients>
                  <parameterFilters/>
                  <gutter>0</gutter>
                </GeoServerLayer>
                """
                .formatted(WORKSPACE, seconds);
    }

    @Override
    public String toString() {
        return name;
    }
}
