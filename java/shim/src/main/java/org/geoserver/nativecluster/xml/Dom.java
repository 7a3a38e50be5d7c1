// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.xml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads and writes XML without DTD, namespaces and mixed content: what XStream writes has none. */
public final class Dom {
    /** Not the class path's: other parsers there differ in what they refuse. */
    private static final DocumentBuilderFactory FACTORY = factory();

    /** Those that nobody uses just now: to make one takes longer than to read what an object says. */
    private static final Queue<DocumentBuilder> BUILDERS = new ConcurrentLinkedQueue<>();

    private Dom() {}

    private static DocumentBuilderFactory factory() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            factory.setIgnoringComments(true);
            factory.setCoalescing(true);
            return factory;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the Java runtime has no XML parser that can be secured", e);
        }
    }

    public static Element parse(byte[] xml) {
        try {
            DocumentBuilder free = BUILDERS.poll();
            DocumentBuilder builder = free == null ? builder() : free;
            try {
                // the default one prints to standard error
                builder.setErrorHandler(null);
                return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
            } finally {
                builder.reset();
                BUILDERS.add(builder);
            }
        } catch (SAXParseException e) {
            throw new XmlException(
                    "line " + e.getLineNumber() + ", column " + e.getColumnNumber() + ": " + e.getMessage(), e);
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new XmlException("the XML cannot be read: " + e.getMessage(), e);
        }
    }

    /** A factory is not safe for several threads. */
    private static DocumentBuilder builder() throws ParserConfigurationException {
        synchronized (FACTORY) {
            return FACTORY.newDocumentBuilder();
        }
    }

    /** The id of the object that the XML describes; null if it has none, or is not whole. */
    public static String id(byte[] xml) {
        try {
            Element id = child(parse(xml), "id");
            return id == null ? null : id.getTextContent().trim();
        } catch (XmlException e) {
            return null;
        }
    }

    public static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    /** The first child of this name, or null. */
    public static Element child(Element parent, String name) {
        return children(parent).stream()
                .filter(child -> child.getTagName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Removes the elements at a path below an element: names with slashes between them. */
    public static void remove(Element root, String path) {
        int slash = path.indexOf('/');
        for (Element child : children(root)) {
            if (slash >= 0 && child.getTagName().equals(path.substring(0, slash))) {
                remove(child, path.substring(slash + 1));
            } else if (child.getTagName().equals(path)) {
                root.removeChild(child);
            }
        }
    }

    static void detach(Element parent, Element child) {
        parent.removeChild(child);
    }

    /** The element of another document whose path is the same; made if it is not there. */
    static Element samePlace(Element root, Element element) {
        if (element == element.getOwnerDocument().getDocumentElement()) {
            return root;
        }
        Element parent = samePlace(root, (Element) element.getParentNode());
        Element place = child(parent, element.getTagName());
        return place != null
                ? place
                : (Element) parent.appendChild(root.getOwnerDocument().importNode(element, false));
    }

    /** Sorts the children; those that are equal by the comparator keep their order. */
    static void reorder(Element parent, Comparator<Element> order) {
        List<Element> children = children(parent);
        children.sort(order);
        children.forEach(parent::appendChild);
    }

    /** Canonical text of an element, without a line break at its end. */
    public static String text(Element element) {
        StringBuilder out = new StringBuilder();
        append(out, element, 0);
        return out.substring(0, out.length() - 1);
    }

    public static byte[] write(Element root) {
        StringBuilder out = new StringBuilder();
        append(out, root, 0);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder out, Element element, int depth) {
        out.append("  ".repeat(depth)).append('<').append(element.getTagName());
        attributes(element).forEach((name, value) -> {
            out.append(' ').append(name).append("=\"");
            escape(out, value, true);
            out.append('"');
        });
        List<Element> children = children(element);
        if (!children.isEmpty()) {
            out.append(">\n");
            children.forEach(child -> append(out, child, depth + 1));
            out.append("  ".repeat(depth)).append("</").append(element.getTagName()).append(">\n");
        } else if (element.getTextContent().isEmpty()) {
            out.append("/>\n");
        } else {
            out.append('>');
            escape(out, element.getTextContent(), false);
            out.append("</").append(element.getTagName()).append(">\n");
        }
    }

    private static Map<String, String> attributes(Element element) {
        Map<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Node attribute = element.getAttributes().item(i);
            attributes.put(attribute.getNodeName(), attribute.getNodeValue());
        }
        return attributes;
    }

    private static void escape(StringBuilder out, String text, boolean attribute) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\r' -> out.append("&#xd;");
                case '"' -> out.append(attribute ? "&quot;" : "\"");
                case '\n' -> out.append(attribute ? "&#xa;" : "\n");
                case '\t' -> out.append(attribute ? "&#x9;" : "\t");
                default -> out.append(c);
            }
        }
    }
}
