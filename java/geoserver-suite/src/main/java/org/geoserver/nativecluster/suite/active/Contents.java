// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Xml;

/**
 * All that REST says of a node's catalog, configuration and tile layers: by path, in a {@link NormalForm}.
 *
 * @param documents by path below /geoserver
 */
public record Contents(SortedMap<String, String> documents) {
    /** Kinds of stores, what they are called in lists, and what is in them. */
    private static final List<List<String>> STORES = List.of(
            List.of("datastores", "dataStore", "featuretypes", "featureType"),
            List.of("coveragestores", "coverageStore", "coverages", "coverage"),
            List.of("wmsstores", "wmsStore", "wmslayers", "wmsLayer"),
            List.of("wmtsstores", "wmtsStore", "layers", "wmtsLayer"));

    /** Gridsets that each GeoServer has of itself: their names are compared, which is enough. */
    private static final Pattern OWN_GRIDSETS =
            Pattern.compile("(UTM|UPS|EPSG:|Canadian|European|GlobalCRS84|Google|WebMercator|World).*");

    private static final List<String> SERVICES = List.of("wms", "wfs", "wcs", "wmts");

    /** Most differences in a message. */
    private static final int MAX_SHOWN = 10;

    /** Reads a node. */
    public static Contents of(Node node) throws IOException, InterruptedException {
        return new Reader(node).read();
    }

    /** Waits until nodes have the same, and returns it. They are read at the same time: what is equal only later differs. */
    public static Contents awaitEqual(Duration limit, Node... nodes) {
        return Await.value("equal catalogs and configurations", limit, () -> {
            List<Contents> all = Arrays.stream(nodes).parallel().map(Contents::now).toList();
            Contents first = all.get(0);
            for (int i = 1; i < nodes.length; i++) {
                List<String> differences = first.differences(all.get(i));
                if (!differences.isEmpty()) {
                    throw new AssertionError(nodes[0] + " and " + nodes[i] + " differ: " + String.join("\n", differences));
                }
            }
            return first;
        });
    }

    private static Contents now(Node node) {
        try {
            return of(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What differs, for a message; empty: nothing. */
    public List<String> differences(Contents other) {
        List<String> differences = new ArrayList<>();
        SortedSet<String> paths = new TreeSet<>(documents.keySet());
        paths.addAll(other.documents.keySet());
        for (String path : paths) {
            String here = documents.get(path);
            String there = other.documents.get(path);
            if (!Objects.equals(here, there) && differences.size() < MAX_SHOWN) {
                differences.add(path + ": " + difference(here, there));
            }
        }
        return differences;
    }

    private static String difference(String here, String there) {
        if (here == null || there == null) {
            return here == null ? "only on the second" : "only on the first";
        }
        String[] lines = here.split("\n");
        String[] others = there.split("\n");
        for (int i = 0; i < Math.min(lines.length, others.length); i++) {
            if (!lines[i].equals(others[i])) {
                return lines[i].strip() + " | " + others[i].strip();
            }
        }
        return lines.length + " lines | " + others.length + " lines";
    }

    /** Reads all lists, and what they name. */
    private static final class Reader {
        private final Node node;
        private final TreeMap<String, String> documents = new TreeMap<>();

        Reader(Node node) {
            this.node = node;
        }

        Contents read() throws IOException, InterruptedException {
            document("rest/settings.xml");
            document("rest/logging.xml");
            document("rest/workspaces/default.xml");
            styles("rest/");
            groups("rest/");
            for (String service : SERVICES) {
                document("rest/services/" + service + "/settings.xml");
            }
            processing();
            for (String workspace : names("rest/workspaces", "workspace")) {
                workspace("rest/workspaces/" + workspace);
                document("rest/namespaces/" + workspace + ".xml");
                for (String service : SERVICES) {
                    optional("rest/services/" + service + "/workspaces/" + workspace + "/settings.xml");
                }
            }
            for (String layer : names("rest/layers", "layer")) {
                document("rest/layers/" + layer + ".xml");
            }
            tiles();
            return new Contents(documents);
        }

        /** REST has no settings of WPS: what it says of itself. */
        private void processing() throws IOException, InterruptedException {
            Answer answer = get("ows?service=WPS&version=1.0.0&request=GetCapabilities");
            Xml identification = answer.code() == 200 ? answer.xml().first("ServiceIdentification") : null;
            if (identification != null) {
                documents.put("WPS", NormalForm.of(identification));
            }
        }

        private void workspace(String path) throws IOException, InterruptedException {
            document(path + ".xml");
            optional(path + "/settings.xml");
            styles(path + "/");
            groups(path + "/");
            for (List<String> kind : STORES) {
                for (String store : names(path + "/" + kind.get(0), kind.get(1))) {
                    String storePath = path + "/" + kind.get(0) + "/" + store;
                    document(storePath + ".xml");
                    for (String resource : names(storePath + "/" + kind.get(2), kind.get(3))) {
                        document(storePath + "/" + kind.get(2) + "/" + resource + ".xml");
                    }
                }
            }
        }

        private void styles(String path) throws IOException, InterruptedException {
            for (String style : names(path + "styles", "style")) {
                document(path + "styles/" + style + ".xml");
                optional(path + "styles/" + style + ".sld");
            }
        }

        private void groups(String path) throws IOException, InterruptedException {
            for (String group : names(path + "layergroups", "layerGroup")) {
                document(path + "layergroups/" + group + ".xml");
            }
        }

        private void tiles() throws IOException, InterruptedException {
            optional("gwc/rest/global.xml");
            for (String layer : named("gwc/rest/layers.xml", "layer")) {
                document("gwc/rest/layers/" + layer + ".xml");
            }
            for (String gridset : named("gwc/rest/gridsets.xml", "gridSet")) {
                if (!OWN_GRIDSETS.matcher(gridset).matches()) {
                    document("gwc/rest/gridsets/" + gridset + ".xml");
                }
            }
            for (String blobstore : named("gwc/rest/blobstores.xml", "blobStore")) {
                document("gwc/rest/blobstores/" + blobstore + ".xml");
            }
            optional("gwc/rest/diskquota.xml");
        }

        private Collection<String> names(String path, String element) throws IOException, InterruptedException {
            return named(path + ".xml", element);
        }

        /** The names that a list has of something; also noted, as its content. */
        private Collection<String> named(String path, String element) throws IOException, InterruptedException {
            SortedSet<String> names = new TreeSet<>();
            for (Xml item : get(path).expectGood().xml().all(element)) {
                String name = item.text("name");
                names.add((name == null ? item.text() : name).replace(" ", "%20"));
            }
            documents.put(path, String.join("\n", names));
            return names;
        }

        private void document(String path) throws IOException, InterruptedException {
            Answer answer = get(path);
            // what was removed between the list and this is gone in the next list
            documents.put(path, answer.code() == 404 ? "not found" : normal(answer.expectGood().text()));
        }

        private void optional(String path) throws IOException, InterruptedException {
            Answer answer = get(path);
            if (answer.code() == 200) {
                documents.put(path, normal(answer.text()));
            }
        }

        private Answer get(String path) throws IOException, InterruptedException {
            return node.get(path);
        }

        private String normal(String text) {
            return NormalForm.of(Xml.parse(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
