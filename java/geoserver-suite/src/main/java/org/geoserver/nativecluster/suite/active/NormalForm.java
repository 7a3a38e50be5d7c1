// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.Xml;

/**
 * An XML document of GeoServer's REST without what may differ between nodes that have the same: links, dates, the ids of
 * settings, which GeoServer makes anew, those of layers, which a node keeps if they were made on two nodes at once, encrypted
 * passwords, which are others at each save, what GeoServer works out itself when it is needed, whether GeoServer 2.28 keeps a
 * layer's tiles in memory, and the order of what has none.
 */
final class NormalForm {
    private static final Set<String> PER_NODE =
            Set.of("dateCreated", "dateModified", "modifiedBy", "updateSequence", "inMemoryCached");

    private static final Pattern PASSWORD = Pattern.compile("crypt[0-9]+:.*", Pattern.DOTALL);

    /** Elements whose children are a set: in tile layers, and wherever they are. */
    private static final Set<String> SETS = Set.of("mimeFormats", "gridSubsets", "parameterFilters");

    private NormalForm() {}

    static String of(Xml root) {
        StringBuilder text = new StringBuilder();
        write(root, root.name(), "", text);
        return text.toString();
    }

    private static void write(Xml element, String root, String indent, StringBuilder text) {
        Map<String, String> attributes = new TreeMap<>(element.attributes());
        // links begin with the address that was asked
        attributes.remove("href");
        text.append(indent).append(element.name()).append(attributes.isEmpty() ? "" : " " + attributes);
        List<String> children = new ArrayList<>();
        for (Xml child : element.children()) {
            if (!PER_NODE.contains(child.name()) && !isOwnId(child) && !isDerived(element, child)) {
                StringBuilder one = new StringBuilder();
                write(child, root, indent + "  ", one);
                children.add(one.toString());
            }
        }
        if (isSet(element, root)) {
            Collections.sort(children);
        }
        String value = element.children().isEmpty() ? element.text() : "";
        text.append(value.isEmpty() ? "" : ": " + PASSWORD.matcher(value).replaceAll("crypt")).append('\n');
        children.forEach(text::append);
    }

    private static boolean isOwnId(Xml element) {
        return element.name().equals("id")
                && Stream.of("SettingsInfoImpl", "LayerInfoImpl", "LayerGroupInfoImpl").anyMatch(element.text()::startsWith);
    }

    /**
     * GeoServer works out where a layer's tiles are when it is first asked for them, and shows it from then on. That a resource is
     * advertised is what it takes for granted; it notes it with an edit of the layer, and not on disk, so a reload forgets it.
     */
    private static boolean isDerived(Xml parent, Xml child) {
        return parent.name().equals("gridSubset") && child.name().equals("extent")
                || child.name().equals("advertised") && child.text().equals("true");
    }

    private static boolean isSet(Xml element, String root) {
        List<Xml> children = element.children();
        boolean map = !children.isEmpty() && children.stream().allMatch(child -> child.name().equals("entry"));
        boolean stylesOfLayer = root.equals("layer") && element.name().equals("styles");
        return map || stylesOfLayer || SETS.contains(element.name());
    }
}
