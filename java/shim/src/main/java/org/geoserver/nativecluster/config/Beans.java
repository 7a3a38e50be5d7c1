// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.Info;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.ServiceInfo;

/**
 * Makes a live configuration object say what another says, property by property, so that GeoServer's listeners hear what
 * changed, and what others hold references to stays the same object. What the other has not is unset: {@code OwsUtils.copy}
 * would skip it.
 */
final class Beans {
    /** Identity, and what GeoServer itself puts there while it runs. */
    private static final Set<String> NOT_COPIED = Set.of("Id", "GeoServer", "Workspace", "ClientProperties", "UpdateSequence");

    /** They hold running thread pools and caches beside their properties: replaced, those would be lost. */
    private static final Set<String> WITH_MACHINERY = Set.of("CoverageAccess", "ImageProcessing", "JAI");

    private Beans() {}

    /**
     * @param from what the persister read
     * @param to the object from GeoServer, in the proxy that gathers changes until it is saved
     */
    static void copy(Object from, Object to) {
        Object real = ModificationProxy.unwrap(to);
        for (Property property : properties(real.getClass())) {
            // what only the class has is kept for old files, and changes what the interface has by another way
            if (!NOT_COPIED.contains(property.name) && property.isOf(to)) {
                copy(property, from, to, real);
            }
        }
    }

    /** Gives an object that the persister read the empty collections and maps that it does not write. */
    static void complete(Object object) {
        for (Property property : properties(object.getClass())) {
            if (isMany(property.type) && property.from(object) == null) {
                property.set(object, object, none(property.type));
            }
        }
    }

    private static void copy(Property property, Object from, Object to, Object real) {
        // GeoServer writes what is stored: that may be nothing, where a getter says what holds then, or even makes it
        Object theirs = property.stored(from);
        Object ours = property.stored(real);
        if (theirs != null && ours != null && WITH_MACHINERY.contains(property.name)) {
            if (copySettings(theirs, ours)) {
                property.set(to, real, ours);
            }
        } else if (isPart(theirs) && isPart(ours)) {
            copy(theirs, property.from(to));
        } else if (isMany(property.type)) {
            copyMany(property, theirs, ours, to, real);
        } else if (!Objects.equals(theirs, ours)) {
            property.set(to, real, ModificationProxy.unwrap(theirs));
        }
    }

    /** The proxy empties and fills the live collection: neither it nor the new one may be null. */
    private static void copyMany(Property property, Object theirs, Object ours, Object to, Object real) {
        Object many = theirs != null ? theirs : none(property.type);
        if (ours == null && !isEmpty(many)) {
            property.set(real, real, none(property.type));
        }
        if (ours == null ? !isEmpty(many) : !ours.equals(many)) {
            property.set(to, real, many);
        }
    }

    /** Numbers, flags, names and enumerations; true if one is different. */
    private static boolean copySettings(Object from, Object to) {
        boolean changed = false;
        for (Property property : properties(to.getClass())) {
            if (property.isSimple() && !Objects.equals(property.from(from), property.from(to))) {
                property.set(to, to, property.from(from));
                changed = true;
            }
        }
        return changed;
    }

    /** Belongs to the object, as settings do to the global configuration: it is changed in place. */
    private static boolean isPart(Object value) {
        return value instanceof Info && !(value instanceof CatalogInfo) && !(value instanceof ServiceInfo);
    }

    private static boolean isMany(Class<?> type) {
        return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
    }

    private static boolean isEmpty(Object many) {
        return many instanceof Map<?, ?> map ? map.isEmpty() : ((Collection<?>) many).isEmpty();
    }

    private static Object none(Class<?> type) {
        if (type == Map.class) {
            return new HashMap<>();
        }
        if (type.isInterface()) {
            return Set.class.isAssignableFrom(type) ? new HashSet<>() : new ArrayList<>();
        }
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("there is no empty " + type.getName(), e);
        }
    }

    private static Collection<Property> properties(Class<?> type) {
        Collection<Property> properties = new ArrayList<>();
        for (Method setter : type.getMethods()) {
            if (setter.getName().startsWith("set") && setter.getParameterCount() == 1 && !setter.isBridge()) {
                String name = setter.getName().substring(3);
                Class<?> value = setter.getParameterTypes()[0];
                Arrays.stream(type.getMethods())
                        .filter(getter -> getter.getName().equals("get" + name) || getter.getName().equals("is" + name))
                        .filter(getter -> getter.getParameterCount() == 0 && getter.getReturnType() == value)
                        .findFirst()
                        .ifPresent(getter -> properties.add(new Property(name, value, getter, setter)));
            }
        }
        return properties;
    }

    private record Property(String name, Class<?> type, Method getter, Method setter) {
        Object from(Object object) {
            return call(method(object, getter), object);
        }

        /** The content of the field, if there is one of this name and type; otherwise what the getter says. */
        Object stored(Object object) {
            Field field = field(object);
            try {
                return field == null ? from(object) : field.get(object);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("the field cannot be reached: " + field, e);
            }
        }

        /** It may hold nothing where the getter says what holds then: a number where the getter has a primitive one. */
        private Field field(Object object) {
            Class<?> boxed = MethodType.methodType(type).wrap().returnType();
            for (Class<?> c = object.getClass(); c != null; c = c.getSuperclass()) {
                for (Field field : c.getDeclaredFields()) {
                    if (field.getName().equalsIgnoreCase(name) && (field.getType() == type || field.getType() == boxed)) {
                        field.setAccessible(true);
                        return field;
                    }
                }
            }
            return null;
        }

        /** Whether an object, such as a proxy of some interfaces, has it. */
        boolean isOf(Object object) {
            return method(object, getter) != null;
        }

        /** By the proxy, if its interfaces have a setter; otherwise GeoServer would not hear of it, and it is just set. */
        void set(Object proxy, Object real, Object value) {
            Method ofProxy = method(proxy, setter);
            if (value == null && type.isPrimitive()) {
                unset(real);
            } else if (ofProxy != null) {
                call(ofProxy, proxy, value);
            } else if (isMany(type) && method(proxy, getter) != null) {
                refill(from(proxy), value);
            } else {
                call(setter, real, value);
            }
        }

        /** No setter can. */
        private void unset(Object real) {
            Field field = field(real);
            try {
                field.set(real, null);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("the field cannot be reached: " + field, e);
            }
        }

        /** Of a metadata map, for one, the interfaces have no setter; what the proxy returns is committed as well. */
        @SuppressWarnings("unchecked")
        private static void refill(Object many, Object value) {
            if (many instanceof Map<?, ?> map) {
                map.clear();
                ((Map<Object, Object>) map).putAll((Map<?, ?>) value);
            } else {
                ((Collection<Object>) many).clear();
                ((Collection<Object>) many).addAll((Collection<?>) value);
            }
        }

        boolean isSimple() {
            return type.isPrimitive() || type.isEnum() || type.getName().startsWith("java.lang.");
        }

        /** A method that can be called: classes may be hidden whose interfaces are not. */
        private static Method method(Object object, Method method) {
            if (method.getDeclaringClass().isInstance(object)
                    && java.lang.reflect.Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
                return method;
            }
            for (Method other : object.getClass().getMethods()) {
                if (other.getName().equals(method.getName())
                        && Arrays.equals(other.getParameterTypes(), method.getParameterTypes())) {
                    return other;
                }
            }
            return null;
        }

        private static Object call(Method method, Object object, Object... arguments) {
            try {
                return method.invoke(object, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("the property cannot be reached: " + method, e);
            }
        }
    }
}
