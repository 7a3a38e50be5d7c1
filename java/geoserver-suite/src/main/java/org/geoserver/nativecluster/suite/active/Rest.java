// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Xml;

/** GeoServer's REST on one node, as far as the cases use it. What is not accepted is an error. */
public final class Rest {
    public static final String XML = "application/xml";
    private static final String SLD = "application/vnd.ogc.sld+xml";

    private final Node node;

    public Rest(Node node) {
        this.node = node;
    }

    public Node node() {
        return node;
    }

    // ---- Requests -----------------------------------------------------------------------------------------------------

    /** Any request below /geoserver; what is not accepted is an error. */
    public Answer send(String method, String path, String type, String content) throws IOException, InterruptedException {
        return send(method, path, type, content.getBytes(StandardCharsets.UTF_8));
    }

    public Answer send(String method, String path, String type, byte[] content) throws IOException, InterruptedException {
        Answer answer = node.send(method, path, type, content);
        if (answer.code() >= 300) {
            throw new AssertionError(method + " " + path + " on " + node + ": " + answer);
        }
        return answer;
    }

    /** What a path below /geoserver/rest/ says, which must be there. */
    public Answer get(String path) throws IOException, InterruptedException {
        return node.get("rest/" + path).expectGood();
    }

    /** Whether there is something at a path below /geoserver. */
    public boolean has(String path) throws IOException, InterruptedException {
        return node.get(path).code() == 200;
    }

    /** Whether what is at a path below /geoserver has a text in it. */
    public boolean says(String path, String text) throws IOException, InterruptedException {
        Answer answer = node.get(path);
        return answer.code() == 200 && answer.text().contains(text);
    }

    /** Whether a path, which is there, does not contain a text. */
    public boolean lacks(String path, String text) throws IOException, InterruptedException {
        Answer answer = node.get(path);
        return answer.code() == 200 && !answer.text().contains(text);
    }

    public void post(String path, String xml) throws IOException, InterruptedException {
        send("POST", "rest/" + path, XML, xml);
    }

    public void put(String path, String xml) throws IOException, InterruptedException {
        send("PUT", "rest/" + path, XML, xml);
    }

    public void delete(String path) throws IOException, InterruptedException {
        send("DELETE", "rest/" + path, null, (byte[]) null);
    }

    /** The texts of all elements of a name in a list of GeoServer's, at a path below /geoserver/rest/. */
    public List<String> names(String path, String element) throws IOException, InterruptedException {
        return get(path + ".xml").xml().all(element).stream().map(Xml::text).collect(Collectors.toList());
    }

    // ---- The catalog --------------------------------------------------------------------------------------------------

    public void workspace(String name) throws IOException, InterruptedException {
        post("workspaces", "<workspace><name>" + name + "</name></workspace>");
    }

    public void renameWorkspace(String name, String to) throws IOException, InterruptedException {
        put("workspaces/" + name, "<workspace><name>" + to + "</name></workspace>");
    }

    /** Removes a workspace with all that is in it. */
    public void deleteWorkspace(String name) throws IOException, InterruptedException {
        delete("workspaces/" + name + "?recurse=true");
    }

    /** A store of property files in a folder that all nodes see, with a password that it does not need. */
    public void dataStore(String workspace, String name, Data data) throws IOException, InterruptedException {
        post("workspaces/" + workspace + "/datastores", dataStoreXml(workspace, name, data.folder().toUri().toString()));
    }

    /** A store of property files. */
    public static String dataStoreXml(String workspace, String name, String url) {
        return "<dataStore><name>" + name + "</name><type>Properties</type><enabled>true</enabled><connectionParameters>"
                + "<entry key=\"directory\">" + url + "</entry>"
                + "<entry key=\"namespace\">http://" + workspace + "</entry>"
                + "</connectionParameters></dataStore>";
    }

    /** Publishes a table of a store as a layer of the same name. */
    public void layer(String workspace, String store, String name) throws IOException, InterruptedException {
        layer(workspace, store, name, name);
    }

    public void layer(String workspace, String store, String name, String table) throws IOException, InterruptedException {
        post(
                "workspaces/" + workspace + "/datastores/" + store + "/featuretypes",
                "<featureType><name>" + name + "</name><nativeName>" + table + "</nativeName><title>" + name
                        + "</title><srs>EPSG:4326</srs>" + Data.BOUNDS + "</featureType>");
    }

    public void featureTypeTitle(String workspace, String store, String name, String title)
            throws IOException, InterruptedException {
        put(
                "workspaces/" + workspace + "/datastores/" + store + "/featuretypes/" + name,
                "<featureType><title>" + title + "</title></featureType>");
    }

    public void layerStyle(String workspace, String layer, String style) throws IOException, InterruptedException {
        put(
                "layers/" + workspace + ":" + layer,
                "<layer><defaultStyle><name>" + style + "</name></defaultStyle></layer>");
    }

    public void group(String workspace, String name, String... layers) throws IOException, InterruptedException {
        StringBuilder published = new StringBuilder();
        StringBuilder styles = new StringBuilder();
        for (String layer : layers) {
            published.append("<published type=\"layer\"><name>").append(layer).append("</name></published>");
            styles.append("<style/>");
        }
        post(
                (workspace == null ? "" : "workspaces/" + workspace + "/") + "layergroups",
                "<layerGroup><name>" + name + "</name><title>" + name + "</title><publishables>" + published
                        + "</publishables><styles>" + styles + "</styles></layerGroup>");
    }

    /** A style, of a workspace or of all (null). */
    public void style(String workspace, String name, String sld) throws IOException, InterruptedException {
        send("POST", stylesPath(workspace) + "?name=" + name, SLD, sld);
    }

    public void changeStyle(String workspace, String name, String sld) throws IOException, InterruptedException {
        send("PUT", stylesPath(workspace) + "/" + name, SLD, sld);
    }

    private static String stylesPath(String workspace) {
        return "rest/" + (workspace == null ? "" : "workspaces/" + workspace + "/") + "styles";
    }

    // ---- Configuration ------------------------------------------------------------------------------------------------

    /** Gives a service another title: that of a workspace, which is made if need be, or the global one (null). */
    public void serviceTitle(String workspace, String service, String title) throws IOException, InterruptedException {
        String global = "services/" + service + "/settings";
        if (workspace == null) {
            put(global, "<" + service + "><enabled>true</enabled><title>" + title + "</title></" + service + ">");
            return;
        }
        // as the web pages do: all of the global one, changed
        String xml = get(global + ".xml").text();
        String changed = xml.contains("<title>")
                ? xml.replaceFirst("<title>[^<]*</title>", "<title>" + title + "</title>")
                : xml.replaceFirst("<name>", "<title>" + title + "</title><name>");
        String named = changed.replaceFirst("<name>", "<workspace><name>" + workspace + "</name></workspace><name>");
        put("services/" + service + "/workspaces/" + workspace + "/settings", named);
    }

    public void contact(String person) throws IOException, InterruptedException {
        put("settings/contact", "<contact><contactPerson>" + person + "</contactPerson></contact>");
    }

    public void onlineResource(String url) throws IOException, InterruptedException {
        globalSetting("onlineResource", url);
    }

    /** A text of the global settings; null removes it. All are sent, for GeoServer forgets those that are not. */
    public void globalSetting(String name, String value) throws IOException, InterruptedException {
        String others = get("settings.xml").text().replaceAll("<" + name + ">[^<]*</" + name + ">|<" + name + "/>", "");
        String added = value == null ? "" : "<" + name + ">" + value + "</" + name + ">";
        put("settings", others.replaceFirst("<settings>", "<settings>" + added));
    }

    // ---- Files --------------------------------------------------------------------------------------------------------

    /** Writes a file below the data directory, through GeoServer. */
    public void resource(String path, String type, byte[] content) throws IOException, InterruptedException {
        send("PUT", "rest/resource/" + path, type, content);
    }

    /** The content of a file below the data directory, or null. */
    public byte[] resource(String path) throws IOException, InterruptedException {
        Answer answer = node.get("rest/resource/" + path);
        return answer.code() == 200 ? answer.body() : null;
    }

    // ---- Maps ---------------------------------------------------------------------------------------------------------

    /** A map of a layer or group as PNG. */
    public byte[] map(String layers) throws IOException, InterruptedException {
        return map(layers, "");
    }

    public byte[] map(String layers, String parameters) throws IOException, InterruptedException {
        Answer answer = node.get("wms?service=WMS&version=1.1.0&request=GetMap&layers=" + layers
                + "&styles=&bbox=-10,-10,10,10&width=128&height=128&srs=EPSG:4326&format=image/png" + parameters);
        if (answer.code() != 200 || !answer.type().startsWith("image/png")) {
            throw new AssertionError("GetMap of " + layers + " on " + node + ": " + answer);
        }
        return answer.body();
    }

    /** What GetFeatureInfo says, in HTML, of what lies at the origin. */
    public String featureInfo(String layer) throws IOException, InterruptedException {
        return node.get("wms?service=WMS&version=1.1.0&request=GetFeatureInfo&layers=" + layer + "&query_layers=" + layer
                        + "&styles=&bbox=-10,-10,10,10&width=101&height=101&x=50&y=50&srs=EPSG:4326&format=image/png"
                        + "&info_format=text/html")
                .expectGood()
                .text();
    }

    // ---- This module --------------------------------------------------------------------------------------------------

    /** What this module's own REST answers to a GET, below /rest/cluster/. */
    public Answer cluster(String path) throws IOException, InterruptedException {
        return node.get("rest/cluster/" + path);
    }

    @Override
    public String toString() {
        return node.name();
    }
}
