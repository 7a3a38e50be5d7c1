// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a type offers to others: its supertypes, and its public and protected members as {@code kind name(parameters)
 * result} with the modifiers that a caller or an implementor is bound to.
 */
record ApiType(String name, Set<String> supertypes, Map<String, String> members) {
    /** Modifiers that matter to those who call a member, override it or implement it. */
    static final Set<String> BINDING = Set.of("public", "protected", "static", "abstract");

    /** As the class that is compiled here declares it. */
    static ApiType of(Class<?> type) {
        Set<String> supertypes = new TreeSet<>();
        if (type.getSuperclass() != null && type.getSuperclass() != Object.class) {
            supertypes.add(type.getSuperclass().getName());
        }
        for (Class<?> implemented : type.getInterfaces()) {
            supertypes.add(implemented.getName());
        }
        Map<String, String> members = new TreeMap<>();
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            add(members, constructor.getModifiers(), "constructor <init>" + parameters(constructor));
        }
        for (Method method : type.getDeclaredMethods()) {
            if (!method.isSynthetic()) {
                String result = name(method.getReturnType(), method.getGenericReturnType());
                add(members, method.getModifiers(), "method " + method.getName() + parameters(method) + " " + result);
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (!field.isSynthetic()) {
                add(members, field.getModifiers(), "field " + field.getName() + " " + name(field.getType(), field.getType()));
            }
        }
        return new ApiType(type.getName(), supertypes, members);
    }

    private static void add(Map<String, String> members, int modifiers, String member) {
        if (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)) {
            members.put(member, binding(List.of(Modifier.toString(modifiers).split(" "))));
        }
    }

    static String binding(List<String> modifiers) {
        return modifiers.stream().filter(BINDING::contains).sorted().collect(Collectors.joining(" "));
    }

    private static String parameters(Executable executable) {
        Class<?>[] erased = executable.getParameterTypes();
        Type[] generic = executable.getGenericParameterTypes();
        return IntStream.range(0, erased.length)
                .mapToObj(i -> name(erased[i], generic.length == erased.length ? generic[i] : erased[i]))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Erased, but for what is a type variable: the tables have these as they are written. */
    private static String name(Class<?> erased, Type generic) {
        if (generic instanceof TypeVariable) {
            return generic.getTypeName();
        }
        return erased.isArray() ? name(erased.getComponentType(), erased.getComponentType()) + "[]" : erased.getName();
    }

    /** What of a declaration here is not so in GeoServer; empty if all is. */
    static List<String> differences(ApiType ours, ApiType theirs) {
        if (theirs == null) {
            return List.of(ours.name + " is not there");
        }
        List<String> differences = new ArrayList<>();
        for (String supertype : ours.supertypes) {
            if (!theirs.supertypes.contains(supertype)) {
                differences.add(ours.name + " is no " + supertype);
            }
        }
        ours.members.forEach((member, modifiers) -> {
            String actual = theirs.members.get(member);
            if (actual == null) {
                differences.add(ours.name + " has no " + modifiers + " " + member);
            } else if (!actual.equals(modifiers)) {
                differences.add(ours.name + " has " + actual + " " + member + ", not " + modifiers);
            }
        });
        return differences;
    }

    /** Abstract methods that an implementation compiled against ours would lack. */
    static List<String> missing(ApiType ours, ApiType theirs) {
        return theirs.members.entrySet().stream()
                .filter(member -> member.getValue().contains("abstract") && !ours.members.containsKey(member.getKey()))
                .map(member -> ours.name + " asks its implementations for " + member.getKey())
                .toList();
    }
}
