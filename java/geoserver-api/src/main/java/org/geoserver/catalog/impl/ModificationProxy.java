// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.impl;

import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geoserver.catalog.Info;

/**
 * Gathers changes to an object until it is saved. As in GeoServer, a collection or map of the object is emptied and filled
 * anew, so that it must not be null, and an object that belongs to it is changed in place through a proxy of its own.
 */
public class ModificationProxy implements Serializable {
    private static final long serialVersionUID = 1L;

    private final transient Object object;
    private final transient HashMap<String, Object> values = new LinkedHashMap<>();

    public ModificationProxy(Object object) {
        this.object = object;
    }

    public static <T> T create(T object, Class<? extends T> type) {
        List<Class<?>> interfaces = new ArrayList<>();
        for (Class<?> each = object.getClass(); each != null; each = each.getSuperclass()) {
            interfaces.addAll(List.of(each.getInterfaces()));
        }
        return type.cast(Proxy.newProxyInstance(
                object.getClass().getClassLoader(), interfaces.toArray(new Class<?>[0]), new Handler(new ModificationProxy(object))));
    }

    @SuppressWarnings("unchecked")
    public static <T> T unwrap(T object) {
        ModificationProxy proxy = handler(object);
        return proxy == null ? object : (T) proxy.object;
    }

    public static ModificationProxy handler(Object object) {
        return object != null
                        && Proxy.isProxyClass(object.getClass())
                        && Proxy.getInvocationHandler(object) instanceof Handler handler
                ? handler.proxy
                : null;
    }

    /** GeoServer's proxy is its own handler. */
    private record Handler(ModificationProxy proxy) implements InvocationHandler {
        @Override
        public Object invoke(Object instance, Method method, Object[] arguments) throws Throwable {
            return proxy.invoke(instance, method, arguments);
        }
    }

    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (name.startsWith("set") && arguments != null && arguments.length == 1) {
            values.put(name.substring(3), arguments[0]);
            return null;
        }
        String property = name.startsWith("get") ? name.substring(3) : name.startsWith("is") ? name.substring(2) : null;
        if (property != null && arguments == null && values.containsKey(property)) {
            return values.get(property);
        }
        try {
            Object value = method.invoke(object, arguments);
            if (property != null && arguments == null) {
                if (value instanceof Info) {
                    value = create(value, Object.class);
                    values.put(property, value);
                } else if (value instanceof Collection<?> live) {
                    value = live instanceof Set<?> ? new HashSet<>(live) : new ArrayList<>(live);
                    values.put(property, value);
                } else if (value instanceof Map<?, ?> live) {
                    value = new HashMap<>(live);
                    values.put(property, value);
                }
            }
            return value;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** What was set, by the names of the properties with a capital letter. */
    public HashMap<String, Object> getProperties() {
        return values;
    }

    /** Names of the changed properties. */
    public List<String> getPropertyNames() {
        List<String> names = new ArrayList<>();
        values.forEach((name, value) -> {
            ModificationProxy part = handler(value);
            if (part == null || !part.getPropertyNames().isEmpty()) {
                names.add(Character.toLowerCase(name.charAt(0)) + name.substring(1));
            }
        });
        return names;
    }

    public void commit() {
        try {
            for (Map.Entry<String, Object> entry : values.entrySet()) {
                commit(entry.getKey(), entry.getValue());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        values.clear();
    }

    @SuppressWarnings("unchecked")
    private void commit(String property, Object value) throws ReflectiveOperationException {
        Method getter = getter(property);
        if (Collection.class.isAssignableFrom(getter.getReturnType())) {
            Collection<Object> live = (Collection<Object>) getter.invoke(object);
            live.clear();
            live.addAll((Collection<Object>) value);
        } else if (Map.class.isAssignableFrom(getter.getReturnType())) {
            Map<Object, Object> live = (Map<Object, Object>) getter.invoke(object);
            live.clear();
            live.putAll((Map<Object, Object>) value);
        } else if (handler(value) != null && unwrap(value) == getter.invoke(object)) {
            handler(value).commit();
        } else {
            object.getClass().getMethod("set" + property, getter.getReturnType()).invoke(object, value);
        }
    }

    private Method getter(String property) throws NoSuchMethodException {
        try {
            return object.getClass().getMethod("get" + property);
        } catch (NoSuchMethodException e) {
            return object.getClass().getMethod("is" + property);
        }
    }
}
