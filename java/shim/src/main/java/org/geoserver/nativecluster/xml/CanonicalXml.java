// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.xml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.w3c.dom.Element;

/**
 * Brings what GeoServer's {@code XStreamPersister} writes of a catalog or configuration object into a form that is equal on all
 * nodes where the object is, and back:
 *
 * <ul>
 *   <li>The object's own id is left out (its key says it, or it is not content), and what each node keeps for itself: the marks
 *       of defaults, ids of settings and contacts, and of a layer what its resource says.
 *   <li>Dates, user and update sequence are taken out as {@link Form#extra}.
 *   <li>Entries of maps, and of the sets that XStream writes in the order of a hash table, are sorted. Lists keep their order.
 *   <li>References keep only the id, as the cluster has it.
 *   <li>One encoding, indentation and way to escape.
 * </ul>
 *
 * <p>Passwords are as the persister wrote them: it must have been told not to encrypt them.
 */
public final class CanonicalXml {
    /**
     * An object's canonical form.
     *
     * @param bytes equal on all nodes where the object is
     * @param extra dates, user and update sequence, to be put back by {@link #local}; empty if there are none
     */
    public record Form(byte[] bytes, byte[] extra) {}

    private static final byte[] NONE = {};
    private static final String EXTRA = "extra";

    private static final Set<String> EXTRAS = Set.of("dateCreated", "dateModified", "modifiedBy", "updateSequence");

    /** XStream doubles underscores. */
    private static final Set<String> OWN = Set.of("id", "_default", "__default");

    /** GeoServer's persister does not write these of a layer; older files have them. */
    private static final Set<String> OWN_OF_LAYER = Set.of("name", "enabled", "advertised");

    private static final List<String> IDS_OF_PARTS = List.of("settings/id", "settings/contact/id", "contact/id");

    private static final Set<String> REFERENCES = Set.of(
            "workspace", "namespace", "store", "resource", "defaultStyle", "style", "published", "layer", "layerGroup",
            "rootLayer", "rootLayerStyle");

    /** How XStream names the sets that a field may hold; which of them it is depends on how the object came about. */
    private static final Set<String> SETS = Set.of("set", "linked-hash-set", "sorted-set", "tree-set");

    private CanonicalXml() {}

    /**
     * @param xml what the persister wrote
     * @param toCluster from the id of a referenced object on this node to the cluster's
     * @param nodeLocal which elements stay per node: the last names of their paths, with dots, such as {@code proxyBaseUrl}
     *     or {@code global.settings.proxyBaseUrl}
     * @throws XmlException if it is no XML that the persister writes
     */
    public static Form canonical(byte[] xml, UnaryOperator<String> toCluster, Collection<String> nodeLocal) {
        Element root = Dom.parse(xml);
        Element extra = root.getOwnerDocument().createElement(EXTRA);
        for (Element child : Dom.children(root)) {
            if (EXTRAS.contains(child.getTagName())) {
                extra.appendChild(child);
            } else if (OWN.contains(child.getTagName())
                    || root.getTagName().equals("layer") && OWN_OF_LAYER.contains(child.getTagName())) {
                root.removeChild(child);
            }
        }
        IDS_OF_PARTS.forEach(path -> Dom.remove(root, path));
        nodeLocal(root, root.getTagName(), nodeLocal, Dom::detach);
        references(root, toCluster);
        sort(root);
        return new Form(Dom.write(root), extra.hasChildNodes() ? Dom.write(extra) : NONE);
    }

    /** As {@link #canonical(byte[], UnaryOperator, Collection)}, where nothing stays per node. */
    public static Form canonical(byte[] xml, UnaryOperator<String> toCluster) {
        return canonical(xml, toCluster, List.of());
    }

    /**
     * The way back: XML for the persister to read.
     *
     * @param bytes a canonical form
     * @param extra dates, user and update sequence to put back; may be empty
     * @param toLocal from the cluster's id of a referenced object to this node's
     * @param id the object's own id on this node, or null: it has none in the XML
     * @throws XmlException if it is no canonical form
     */
    public static byte[] local(byte[] bytes, byte[] extra, UnaryOperator<String> toLocal, String id) {
        Element root = Dom.parse(bytes);
        references(root, toLocal);
        if (id != null) {
            Element own = root.getOwnerDocument().createElement("id");
            own.setTextContent(id);
            root.insertBefore(own, root.getFirstChild());
        }
        if (extra.length > 0) {
            for (Element child : Dom.children(Dom.parse(extra))) {
                if (EXTRAS.contains(child.getTagName())) {
                    root.appendChild(root.getOwnerDocument().importNode(child, true));
                }
            }
        }
        return Dom.write(root);
    }

    /**
     * Puts what stays per node from an object of this node into another node's version of it.
     *
     * @param xml the other node's, from {@link #local}
     * @param here what the persister wrote of this node's
     * @param nodeLocal as for {@link #canonical(byte[], UnaryOperator, Collection)}
     */
    public static byte[] keep(byte[] xml, byte[] here, Collection<String> nodeLocal) {
        Element root = Dom.parse(xml);
        nodeLocal(root, root.getTagName(), nodeLocal, Dom::detach);
        Element own = Dom.parse(here);
        nodeLocal(own, own.getTagName(), nodeLocal, (parent, child) -> {
            Element place = Dom.samePlace(root, parent);
            place.appendChild(place.getOwnerDocument().importNode(child, true));
        });
        return Dom.write(root);
    }

    /** Calls back with each element that stays per node, and its parent. */
    private static void nodeLocal(
            Element parent, String path, Collection<String> names, BiConsumer<Element, Element> each) {
        for (Element child : Dom.children(parent)) {
            String own = path + '.' + child.getTagName();
            if (names.stream().anyMatch(name -> own.equals(name) || own.endsWith('.' + name))) {
                each.accept(parent, child);
            } else if (!child.getTagName().equals("entry")) {
                nodeLocal(child, own, names, each);
            }
        }
    }

    /**
     * The ids that a canonical form refers to, each once, in the order of the text: what must be there before it can be
     * applied.
     */
    public static List<String> references(byte[] bytes) {
        List<String> ids = new ArrayList<>();
        references(Dom.parse(bytes), id -> {
            if (!ids.contains(id)) {
                ids.add(id);
            }
            return id;
        });
        return ids;
    }

    /** Whether an element is a reference to another object, or has one in it. */
    static boolean refers(Element element) {
        return REFERENCES.contains(element.getTagName()) || Dom.children(element).stream().anyMatch(CanonicalXml::refers);
    }

    /** Not below a map's entries: what stands there is the publisher's own, and no reference to GeoServer. */
    private static void references(Element parent, UnaryOperator<String> translate) {
        for (Element child : Dom.children(parent)) {
            Element id = REFERENCES.contains(child.getTagName()) ? Dom.child(child, "id") : null;
            if (id != null) {
                String text = id.getTextContent().trim();
                String translated = translate.apply(text);
                id.setTextContent(translated == null ? text : translated);
                // settings hold the whole workspace, as it was when they were saved
                Dom.children(child).stream().filter(other -> other != id).forEach(child::removeChild);
            } else if (!child.getTagName().equals("entry")) {
                references(child, translate);
            }
        }
    }

    private static void sort(Element element) {
        List<Element> children = Dom.children(element);
        for (Element child : children) {
            sort(child);
            // an empty international string is read as none
            if (child.getTagName().startsWith("international") && child.getTextContent().isBlank()) {
                element.removeChild(child);
            }
        }
        boolean set = SETS.contains(element.getAttribute("class"));
        if (set) {
            element.removeAttribute("class");
        }
        if (set || isStylesOfLayer(element)) {
            Dom.reorder(element, Comparator.comparing(Dom::text));
        } else if (!children.isEmpty() && children.stream().allMatch(child -> child.getTagName().equals("entry"))) {
            Dom.reorder(element, Comparator.comparing(CanonicalXml::key));
        } else if (element.getTagName().startsWith("international")) {
            Dom.reorder(element, Comparator.comparing(Element::getTagName));
        }
    }

    /** Of a group they are a list, one for each of its layers. */
    private static boolean isStylesOfLayer(Element element) {
        return element.getTagName().equals("styles")
                && element.getParentNode() == element.getOwnerDocument().getDocumentElement()
                && element.getOwnerDocument().getDocumentElement().getTagName().equals("layer");
    }

    private static String key(Element entry) {
        if (entry.hasAttribute("key")) {
            return entry.getAttribute("key");
        }
        List<Element> keyAndValue = Dom.children(entry);
        return keyAndValue.isEmpty() ? "" : Dom.text(keyAndValue.get(0));
    }
}
