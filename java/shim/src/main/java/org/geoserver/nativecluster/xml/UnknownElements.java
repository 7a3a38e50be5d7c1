// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.xml;

import java.io.IOException;
import java.util.Arrays;
import org.w3c.dom.Element;

/**
 * Elements of an object that this GeoServer passes over when it reads: another version of GeoServer has properties for them. They
 * stay in what is told of the object, or an edit on this node would take them away from all.
 */
public final class UnknownElements {
    /** What this node makes of the cluster's version: asked only if it is another one than this node's. */
    @FunctionalInterface
    public interface Reread {
        /** Its canonical form. */
        byte[] form() throws IOException;
    }

    private UnknownElements() {}

    /**
     * Puts the unknown elements of the cluster's version into this node's. Of lists and maps, and of what refers to other objects,
     * nothing is put back: that it is missing may be an edit.
     *
     * @param here the canonical form of the object as this node has it
     * @param there that of the cluster's version
     * @return {@code here} itself if there is nothing to put into it
     * @throws XmlException if one of them is no canonical form
     */
    public static byte[] keep(byte[] here, byte[] there, Reread reread) throws IOException {
        if (Arrays.equals(here, there)) {
            return here;
        }
        byte[] read = reread.form();
        if (Arrays.equals(there, read)) {
            return here;
        }
        Element root = Dom.parse(here);
        return keep(root, Dom.parse(there), Dom.parse(read)) ? Dom.write(root) : here;
    }

    /** Whether anything was put into {@code here}: after what it follows in {@code there}. */
    private static boolean keep(Element here, Element there, Element read) {
        boolean any = false;
        Element previous = null;
        for (Element child : Dom.children(there)) {
            String name = child.getTagName();
            Element mine = Dom.child(here, name);
            Element known = Dom.child(read, name);
            if (name.equals("entry") || !isOnly(there, name)) {
                continue;
            }
            if (mine == null && known == null && !CanonicalXml.refers(child)) {
                mine = (Element) here.getOwnerDocument().importNode(child, true);
                here.insertBefore(mine, previous == null ? here.getFirstChild() : previous.getNextSibling());
                any = true;
            } else if (mine != null && known != null && isOnly(here, name) && !isText(mine)) {
                any |= keep(mine, child, known);
            }
            previous = mine == null ? previous : mine;
        }
        return any;
    }

    private static boolean isOnly(Element parent, String name) {
        return Dom.children(parent).stream().filter(child -> child.getTagName().equals(name)).count() == 1;
    }

    private static boolean isText(Element element) {
        return Dom.children(element).isEmpty() && !element.getTextContent().isEmpty();
    }
}
