// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Finds out of a set of files who there is, and, before it is put in place, whether somebody could still administrate. */
final class Administrators {
    private static final String XML_ROLES = "org.geoserver.security.xml.XMLRoleService";
    private static final String OWN_USERS = "org.geoserver.security.auth.UsernamePasswordAuthenticationProvider";
    private static final String XML_USERS = "org.geoserver.security.xml.XMLUserGroupService";

    private Administrators() {}

    /**
     * Null: somebody can; or nothing speaks against it, where users or roles are kept elsewhere. Otherwise why not.
     *
     * @param changed the names of those files that are not as they were
     */
    static String problem(Set<String> changed, Map<String, byte[]> files) {
        try {
            if (changed.stream().noneMatch(name -> name.endsWith(".xml"))) {
                return null;
            }
            return check(changed, new Documents(files));
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** Whether the files have users beside {@code admin}, with whom GeoServer begins. */
    static boolean areOthers(Map<String, byte[]> files) throws IOException {
        Documents documents = new Documents(files);
        for (String name : files.keySet()) {
            if (name.startsWith("usergroup/")
                    && name.endsWith(".xml")
                    && elements(documents.get(name), "user").stream()
                            .anyMatch(user -> !user.getAttribute("name").equals("admin"))) {
                return true;
            }
        }
        return false;
    }

    private static String check(Set<String> changed, Documents documents) throws IOException {
        if (!documents.has("config.xml")) {
            return "the set has no config.xml";
        }
        for (String name : changed) {
            if (name.endsWith(".xml") && documents.has(name)) {
                documents.get(name);
            }
        }
        String roleService = text(documents.get("config.xml"), "roleServiceName", "default");
        String folder = "role/" + roleService + '/';
        if (!documents.has(folder + "config.xml")) {
            return "the active role service, " + roleService + ", is not in the set";
        }
        Document config = documents.get(folder + "config.xml");
        if (!text(config, "className", "").equals(XML_ROLES)) {
            return null;
        }
        String roles = folder + text(config, "fileName", "roles.xml");
        if (!documents.has(roles)) {
            return "the active role service, " + roleService + ", has no roles";
        }
        return somebodyHas(text(config, "adminRoleName", "ADMIN"), documents.get(roles), documents);
    }

    private static String somebodyHas(String role, Document roles, Documents documents) throws IOException {
        Set<String> names = having(role, roles, "userRoles", "username");
        Set<String> groups = having(role, roles, "groupRoles", "groupname");
        for (String name : documents.names()) {
            String[] path = name.split("/");
            if (path.length != 3 || !path[2].equals("config.xml")) {
                continue;
            }
            Document config = documents.get(name);
            String type = text(config, "className", "");
            if (path[0].equals("auth") && !type.equals(OWN_USERS) && !names.isEmpty()) {
                return null;
            } else if (path[0].equals("usergroup")) {
                if (!type.equals(XML_USERS)) {
                    return null;
                }
                String users = "usergroup/" + path[1] + '/' + text(config, "fileName", "users.xml");
                if (documents.has(users) && hasEnabled(names, groups, documents.get(users))) {
                    return null;
                }
            }
        }
        return "no enabled user would have the administrator's role, " + role;
    }

    private static Set<String> having(String role, Document roles, String element, String name) {
        Set<String> names = new HashSet<>();
        for (Element each : elements(roles, element)) {
            for (Element reference : elements(each.getElementsByTagNameNS("*", "roleRef"))) {
                if (reference.getAttribute("roleID").equals(role)) {
                    names.add(each.getAttribute(name));
                }
            }
        }
        return names;
    }

    private static boolean hasEnabled(Set<String> names, Set<String> groups, Document users) {
        Set<String> candidates = new HashSet<>(names);
        for (Element group : elements(users, "group")) {
            if (groups.contains(group.getAttribute("name")) && !group.getAttribute("enabled").equals("false")) {
                elements(group.getElementsByTagNameNS("*", "member"))
                        .forEach(member -> candidates.add(member.getAttribute("username")));
            }
        }
        return elements(users, "user").stream()
                .filter(user -> candidates.contains(user.getAttribute("name")))
                .anyMatch(user -> !user.getAttribute("enabled").equals("false"));
    }

    private static List<Element> elements(Document document, String name) {
        return elements(document.getElementsByTagNameNS("*", name));
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(Document document, String name, String otherwise) {
        NodeList found = document.getElementsByTagNameNS("*", name);
        return found.getLength() == 0 ? otherwise : found.item(0).getTextContent().trim();
    }

    /** The files of a set, each read at most once: there may be many users. */
    private static final class Documents {
        private final Map<String, byte[]> files;
        private final Map<String, Document> read = new HashMap<>();
        private final DocumentBuilder builder;

        Documents(Map<String, byte[]> files) {
            this.files = files;
            try {
                DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
                factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
                factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
                factory.setNamespaceAware(true);
                builder = factory.newDocumentBuilder();
                builder.setErrorHandler(null);
            } catch (ParserConfigurationException e) {
                throw new IllegalStateException("This Java cannot read XML", e);
            }
        }

        Set<String> names() {
            return files.keySet();
        }

        boolean has(String name) {
            return files.containsKey(name);
        }

        Document get(String name) throws IOException {
            Document document = read.get(name);
            if (document == null) {
                try {
                    document = builder.parse(new ByteArrayInputStream(files.get(name)));
                } catch (SAXException e) {
                    String where = e instanceof SAXParseException at
                            ? ", line " + at.getLineNumber() + ", column " + at.getColumnNumber() + ','
                            : "";
                    throw new IOException("security/" + name + where + " is no XML that can be read: " + e.getMessage(), e);
                }
                read.put(name, document);
            }
            return document;
        }
    }
}
