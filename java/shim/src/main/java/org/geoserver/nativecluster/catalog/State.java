// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.WMSLayerInfo;
import org.geoserver.catalog.impl.ModificationProxy;

/**
 * Brings an object of the catalog into the state of another one, field by field: getters derive values where there are none, and
 * those of cascaded layers ask the remote server. What differs is set by the properties of GeoServer's proxy, so that listeners
 * hear what changes; only what has no property is set in the field.
 */
final class State {
    /** Not part of the state, or set by the catalog itself. */
    private static final Set<String> OWN = Set.of("id", "catalog", "error", "_default", "dateCreated", "dateModified", "modifiedBy");

    /** Where a property is not called as its field. */
    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("_abstract", "Abstract"),
            Map.entry("abstractTxt", "Abstract"),
            Map.entry("srs", "SRS"),
            Map.entry("uri", "URI"),
            Map.entry("url", "URL"),
            Map.entry("publishables", "Layers"),
            Map.entry("user", "Username"),
            Map.entry("languageVersion", "FormatVersion"));

    /** A cascaded layer's are those of the remote server, which the getters ask. */
    private static final Set<String> REMOTE = Set.of("styles", "defaultStyle");

    private State() {}

    /** The fields that are written to the data directory, by name. */
    private static Map<String, Field> fields(Class<?> type) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !OWN.contains(field.getName())) {
                    fields.putIfAbsent(field.getName(), field);
                }
            }
        }
        return fields;
    }

    /**
     * Sets on the proxy what differs.
     *
     * @param proxy of the catalog's object, to be saved
     * @param wanted an object of the same class
     * @return whether anything differs
     */
    static boolean prepare(CatalogInfo proxy, CatalogInfo wanted, Class<? extends CatalogInfo> type) {
        CatalogInfo real = ModificationProxy.unwrap(proxy);
        boolean cascaded = real instanceof LayerInfo layer && layer.getResource() instanceof WMSLayerInfo;
        Map<String, Object> properties = properties(proxy);
        boolean differs = false;
        for (Field field : fields(real.getClass()).values()) {
            Object value = get(field, wanted);
            if (same(get(field, real), value)) {
                continue;
            }
            differs = true;
            if (!(cascaded && REMOTE.contains(field.getName()))) {
                set(properties, type, field, value);
            }
        }
        return differs;
    }

    /** Sets the fields themselves, for what no property can say: that a value is not set at all. */
    static void force(CatalogInfo object, CatalogInfo wanted) {
        CatalogInfo real = ModificationProxy.unwrap(object);
        for (Field field : fields(real.getClass()).values()) {
            Object value = get(field, wanted);
            if (!same(get(field, real), value)) {
                try {
                    field.set(real, value);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /**
     * Gives an object another name.
     *
     * @param proxy of the catalog's object, to be saved
     */
    static void rename(CatalogInfo proxy, String name) {
        properties(proxy).put(proxy instanceof NamespaceInfo ? "Prefix" : "Name", name);
    }

    private static void set(Map<String, Object> properties, Class<?> type, Field field, Object value) {
        String name = PROPERTIES.getOrDefault(field.getName(), capitalized(field.getName()));
        Method getter = getter(type, name);
        if (getter == null) {
            return;
        }
        Class<?> result = getter.getReturnType();
        if (Collection.class.isAssignableFrom(result) || Map.class.isAssignableFrom(result)) {
            if (value != null) {
                properties.put(name, copy(value));
            }
        } else if (hasSetter(type, name, result) && (value != null || !result.isPrimitive())) {
            properties.put(name, value);
        }
    }

    private static Object copy(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new LinkedHashMap<>(map);
        }
        return value instanceof Set<?> set ? new LinkedHashSet<>(set) : new ArrayList<>((Collection<?>) value);
    }

    /** What was set on a proxy and is not saved yet, by the names of properties with a capital letter. */
    private static HashMap<String, Object> properties(CatalogInfo proxy) {
        return ModificationProxy.handler(proxy).getProperties();
    }

    private static Method getter(Class<?> type, String property) {
        for (String prefix : List.of("get", "is")) {
            try {
                return type.getMethod(prefix + property);
            } catch (NoSuchMethodException e) {
                // the other form, or none
            }
        }
        return null;
    }

    private static boolean hasSetter(Class<?> type, String property, Class<?> value) {
        for (Method method : type.getMethods()) {
            if (method.getName().equals("set" + property)
                    && method.getParameterCount() == 1
                    && method.getParameterTypes()[0].isAssignableFrom(value)) {
                return true;
            }
        }
        return false;
    }

    private static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static Object get(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** References are the same by their ids, and nothing is the same as an empty list. */
    static boolean same(Object a, Object b) {
        if (a == b) {
            return true;
        } else if (isNothing(a) || isNothing(b)) {
            return isNothing(a) && isNothing(b);
        } else if (a instanceof CatalogInfo one && b instanceof CatalogInfo other) {
            return one.getId() == null ? one.equals(other) : one.getId().equals(other.getId());
        } else if (a instanceof List<?> one && b instanceof List<?> other) {
            return sameInOrder(one, other);
        } else if (a instanceof Set<?> one && b instanceof Set<?> other) {
            return one.size() == other.size()
                    && one.stream().allMatch(x -> other.stream().anyMatch(y -> same(x, y)));
        } else if (a instanceof Map<?, ?> one && b instanceof Map<?, ?> other) {
            return one.keySet().equals(other.keySet())
                    && one.keySet().stream().allMatch(key -> same(one.get(key), other.get(key)));
        }
        // a URL that a request gave is read again as text
        return a.equals(b) || a instanceof String != b instanceof String && Objects.toString(a).equals(Objects.toString(b));
    }

    private static boolean isNothing(Object value) {
        return value == null
                || value instanceof Collection<?> collection && collection.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
    }

    private static boolean sameInOrder(List<?> one, List<?> other) {
        Iterator<?> others = other.iterator();
        return one.size() == other.size() && one.stream().allMatch(x -> same(x, others.next()));
    }
}
