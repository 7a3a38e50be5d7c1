// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.nativecluster.xml.Dom;
import org.w3c.dom.Element;

/**
 * Writes {@link Infos} as GeoServer's persister writes its own objects: fields by name, references by id, nothing of what is
 * empty; and passes over elements that it does not know when it reads.
 */
final class InfoXml extends XStreamPersister {
    private final Function<String, CatalogInfo> byId;

    /** @param byId the objects that references are to */
    InfoXml(Function<String, CatalogInfo> byId) {
        this.byId = byId;
    }

    @Override
    public void save(Object object, OutputStream out) throws IOException {
        Object real = ModificationProxy.unwrap(object);
        StringBuilder xml = new StringBuilder("<" + root(real.getClass()) + ">");
        for (Field field : fields(real.getClass())) {
            Object value = get(field, real);
            boolean empty = value instanceof Collection<?> many && many.isEmpty()
                    || value instanceof Map<?, ?> map && map.isEmpty();
            if (value != null && !empty) {
                xml.append("<" + field.getName() + (value instanceof java.util.Set ? " class='linked-hash-set'>" : ">"));
                append(xml, value);
                xml.append("</" + field.getName() + ">");
            }
        }
        out.write(xml.append("</" + root(real.getClass()) + ">").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String root(Class<?> type) {
        String name = type.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static void append(StringBuilder xml, Object value) {
        if (value instanceof CatalogInfo info) {
            xml.append("<id>" + info.getId() + "</id>");
        } else if (value instanceof Collection<?> many) {
            many.forEach(each -> {
                String name = each instanceof StyleInfo ? "style" : "published";
                xml.append("<" + name + ">");
                append(xml, each);
                xml.append("</" + name + ">");
            });
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> xml.append("<entry key='" + key + "'>" + each + "</entry>"));
        } else {
            xml.append(value instanceof Date date ? date.getTime() : value);
        }
    }

    @Override
    public <T> T load(InputStream in, Class<T> type) throws IOException {
        Element root = Dom.parse(in.readAllBytes());
        try {
            Class<?> bean = List.of(Infos.class.getDeclaredClasses()).stream()
                    .filter(each -> !Modifier.isAbstract(each.getModifiers()) && root(each).equals(root.getTagName()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("unknown: " + root.getTagName()));
            Object object = bean.getConstructor().newInstance();
            for (Field field : fields(bean)) {
                Element element = Dom.child(root, field.getName());
                if (element != null) {
                    read(element, field, object);
                }
            }
            return type.cast(object);
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private void read(Element element, Field field, Object object) throws ReflectiveOperationException {
        Object value = field.get(object);
        if (value instanceof Map<?, ?> map) {
            Dom.children(element).forEach(
                    entry -> ((Map<Object, Object>) map).put(entry.getAttribute("key"), entry.getTextContent()));
        } else if (value instanceof Collection<?> many) {
            Dom.children(element).forEach(each -> ((Collection<Object>) many).add(reference(each)));
        } else if (CatalogInfo.class.isAssignableFrom(field.getType())) {
            field.set(object, reference(element));
        } else {
            String text = element.getTextContent();
            field.set(object, field.getType() == Date.class ? new Date(Long.parseLong(text)) : text);
        }
    }

    private CatalogInfo reference(Element element) {
        return byId.apply(Dom.child(element, "id").getTextContent());
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Object get(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
