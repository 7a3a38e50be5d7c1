// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.util.XStreamPersister;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Writes the test's beans as GeoServer's persister writes its own: fields by name, no empty collections and maps, references
 * by id; and reads them without calling constructors' defaults.
 */
final class BeanXml extends XStreamPersister {
    private final Map<String, Class<?>> types;

    /** @param types the class of each root element */
    BeanXml(Map<String, Class<?>> types) {
        this.types = types;
    }

    @Override
    public void save(Object object, OutputStream out) throws IOException {
        Object real = ModificationProxy.unwrap(object);
        String root = types.entrySet().stream()
                .filter(entry -> entry.getValue() == real.getClass())
                .findFirst()
                .orElseThrow()
                .getKey();
        StringBuilder xml = new StringBuilder();
        append(xml, root, real);
        out.write(xml.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void append(StringBuilder xml, String name, Object value) {
        xml.append('<').append(name).append('>');
        for (Field field : fields(value.getClass())) {
            Object child = get(field, value);
            if (child instanceof CatalogInfo info) {
                xml.append('<').append(field.getName()).append("><id>").append(info.getId()).append("</id></");
                xml.append(field.getName()).append('>');
            } else if (child instanceof Map<?, ?> map && !map.isEmpty()) {
                xml.append('<').append(field.getName()).append('>');
                map.forEach((key, entry) -> xml.append("<entry key='" + key + "'>" + entry + "</entry>"));
                xml.append("</").append(field.getName()).append('>');
            } else if (child instanceof Collection<?> many && !many.isEmpty()) {
                xml.append('<').append(field.getName()).append('>');
                many.forEach(each -> xml.append("<string>" + each + "</string>"));
                xml.append("</").append(field.getName()).append('>');
            } else if (isText(field.getType()) && child != null) {
                xml.append('<' + field.getName() + '>' + child + "</" + field.getName() + '>');
            } else if (child != null && !(child instanceof Map) && !(child instanceof Collection)) {
                append(xml, field.getName(), child);
            }
        }
        xml.append("</").append(name).append('>');
    }

    @Override
    public <T> T load(InputStream in, Class<T> type) throws IOException {
        try {
            Element root = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(in.readAllBytes()))
                    .getDocumentElement();
            return type.cast(read(root, types.get(root.getTagName())));
        } catch (ReflectiveOperationException | org.xml.sax.SAXException | javax.xml.parsers.ParserConfigurationException e) {
            throw new IOException(e);
        }
    }

    private static Object read(Element element, Class<?> type) throws ReflectiveOperationException {
        Object bean = type.getDeclaredConstructor().newInstance();
        for (Field field : fields(type)) {
            Element child = child(element, field.getName());
            field.set(bean, child != null ? value(child, field.getType()) : field.getType().isPrimitive() ? zero(field) : null);
        }
        return bean;
    }

    private static Object value(Element element, Class<?> type) throws ReflectiveOperationException {
        String text = element.getTextContent();
        if (type == String.class) {
            return text;
        } else if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text);
        } else if (type == long.class) {
            return Long.valueOf(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return Boolean.valueOf(text);
        } else if (type == Map.class) {
            Map<Object, Object> map = new HashMap<>();
            children(element).forEach(entry -> map.put(entry.getAttribute("key"), entry.getTextContent()));
            return map;
        } else if (type == List.class) {
            return new ArrayList<>(children(element).stream().map(Element::getTextContent).toList());
        } else if (CatalogInfo.class.isAssignableFrom(type)) {
            return null;
        }
        return read(element, type);
    }

    private static Object zero(Field field) {
        return field.getType() == boolean.class ? (Object) false : field.getType() == long.class ? (Object) 0L : (Object) 0;
    }

    private static boolean isText(Class<?> type) {
        return type.isPrimitive() || type.getName().startsWith("java.lang.");
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isTransient(field.getModifiers()) && !Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    private static Object get(Field field, Object bean) {
        try {
            return field.get(bean);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Element child(Element parent, String name) {
        return children(parent).stream()
                .filter(child -> child.getTagName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
