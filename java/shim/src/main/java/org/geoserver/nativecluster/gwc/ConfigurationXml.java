// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.xml.Dom;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * The text of geowebcache.xml, parted in what all nodes share and what goes along: the version of its schema, and where blob
 * stores are on disk. Each node keeps its own places; a store that is new to it begins where the other node's is.
 */
final class ConfigurationXml {
    private static final List<String> PER_NODE = List.of("version", "lockProvider");
    private static final String STORES = "blobStores";
    private static final List<String> PLACES = List.of("baseDirectory", "rootDirectory", "rootDirectoryPath");
    private static final String LAYERS = "layers";

    /** Stands for the data directory where a place is in it. */
    private static final String DATA_DIRECTORY = "${data-directory}";

    private static final byte[] EMPTY =
            "<gwcConfiguration xmlns=\"http://geowebcache.org/schema/1.8.0\"/>".getBytes(StandardCharsets.UTF_8);

    private ConfigurationXml() {}

    static Content content(byte[] xml, Path dataDirectory, long modified) {
        Element root = Dom.parse(xml);
        Element extra = Dom.parse(xml);
        for (Element child : Dom.children(extra)) {
            if (!child.getTagName().equals("version") && !child.getTagName().equals(STORES)) {
                extra.removeChild(child);
            }
        }
        places(extra).forEach(place -> place.setTextContent(portable(place.getTextContent().trim(), dataDirectory)));
        NamedNodeMap attributes = root.getAttributes();
        while (attributes.getLength() > 0) {
            root.removeAttributeNode((org.w3c.dom.Attr) attributes.item(0));
        }
        PER_NODE.forEach(name -> Dom.remove(root, name));
        places(root).forEach(place -> place.getParentNode().removeChild(place));
        for (Element child : Dom.children(root)) {
            if (Dom.children(child).isEmpty() && child.getTextContent().isBlank()) {
                root.removeChild(child);
            }
        }
        return new Content(Dom.write(root), Dom.write(extra), modified);
    }

    /** What this node's file would say. */
    static byte[] local(Content content, byte[] own, Path dataDirectory) {
        Element root = Dom.parse(content.bytes());
        Element extra = Dom.parse(content.extra().length == 0 ? EMPTY : content.extra());
        NamedNodeMap attributes = extra.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Node attribute = attributes.item(i);
            root.setAttribute(attribute.getNodeName(), attribute.getNodeValue());
        }
        Element version = Dom.child(extra, "version");
        if (version != null) {
            root.insertBefore(root.getOwnerDocument().importNode(version, true), root.getFirstChild());
        }
        Map<String, Element> places = new TreeMap<>();
        places(extra).forEach(place -> {
            place.setTextContent(place.getTextContent().trim().replace(DATA_DIRECTORY, dataDirectory.toString()));
            places.put(store(place), place);
        });
        if (own != null) {
            places(Dom.parse(own)).forEach(place -> places.put(store(place), place));
        }
        Element stores = Dom.child(root, STORES);
        if (stores != null) {
            for (Element store : Dom.children(stores)) {
                Element place = places.get(identity(store));
                if (place != null) {
                    store.appendChild(root.getOwnerDocument().importNode(place, true));
                }
            }
        }
        return Dom.write(root);
    }

    /** The texts of the layers that a configuration has itself, by their names. */
    static Map<String, String> layers(byte[] xml) {
        Map<String, String> layers = new TreeMap<>();
        Element all = xml == null ? null : Dom.child(Dom.parse(xml), LAYERS);
        if (all != null) {
            for (Element layer : Dom.children(all)) {
                Element name = Dom.child(layer, "name");
                if (name != null) {
                    layers.put(name.getTextContent().trim(), Dom.text(layer));
                }
            }
        }
        return layers;
    }

    private static List<Element> places(Element root) {
        List<Element> places = new ArrayList<>();
        Element stores = Dom.child(root, STORES);
        if (stores != null) {
            for (Element store : Dom.children(stores)) {
                for (Element child : Dom.children(store)) {
                    if (PLACES.contains(child.getTagName())) {
                        places.add(child);
                    }
                }
            }
        }
        return places;
    }

    private static String store(Element place) {
        return identity((Element) place.getParentNode());
    }

    private static String identity(Element store) {
        Element id = Dom.child(store, "id");
        return store.getTagName() + " " + (id == null ? "" : id.getTextContent().trim());
    }

    private static String portable(String place, Path dataDirectory) {
        try {
            Path path = Path.of(place);
            return path.startsWith(dataDirectory)
                    ? DATA_DIRECTORY + place.substring(dataDirectory.toString().length())
                    : place;
        } catch (InvalidPathException e) {
            return place;
        }
    }
}
