// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** An element of an XML document. Names are local ones: the documents here do not use one twice. */
public final class Xml {
    private final Element element;

    private Xml(Element element) {
        this.element = element;
    }

    /** The root of a document. */
    public static Xml parse(byte[] document) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return new Xml(factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(document))
                    .getDocumentElement());
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError("No XML: " + new Answer(0, "", document), e);
        }
    }

    public String name() {
        return element.getLocalName();
    }

    /** All elements of a name, at any depth, in the order of the document. */
    public List<Xml> all(String name) {
        NodeList found = element.getElementsByTagNameNS("*", name);
        List<Xml> elements = new ArrayList<>(found.getLength());
        for (int i = 0; i < found.getLength(); i++) {
            elements.add(new Xml((Element) found.item(i)));
        }
        return elements;
    }

    /** The first element of a name, or null. */
    public Xml first(String name) {
        List<Xml> all = all(name);
        return all.isEmpty() ? null : all.get(0);
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    /** The text in this element and all below it. */
    public String text() {
        return element.getTextContent().strip();
    }

    /** The text of the first element of a name, or null. */
    public String text(String name) {
        Xml first = first(name);
        return first == null ? null : first.text();
    }

    /** The elements directly in this one. */
    public List<Xml> children() {
        List<Xml> children = new ArrayList<>();
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element) {
                children.add(new Xml((Element) child));
            }
        }
        return children;
    }

    /** The attributes with their values. */
    public Map<String, String> attributes() {
        Map<String, String> attributes = new HashMap<>();
        NamedNodeMap all = element.getAttributes();
        for (int i = 0; i < all.getLength(); i++) {
            attributes.put(all.item(i).getNodeName(), all.item(i).getNodeValue());
        }
        return attributes;
    }

    /** The value of an attribute, or null. */
    public String attribute(String name) {
        return element.hasAttribute(name) ? element.getAttribute(name) : null;
    }
}
