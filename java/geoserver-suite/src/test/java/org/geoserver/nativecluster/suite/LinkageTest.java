// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The jar of the finished zip against the jars of this GeoServer: whatever the jar uses must be there, or GeoServer meets a
 * LinkageError at some time, perhaps rarely.
 */
@Order(0)
class LinkageTest extends ClusterCase {
    private final Map<String, ClassFile> known = new HashMap<>();
    private final Set<String> problems = new LinkedHashSet<>();

    @Test
    @DisplayName("Each class, method and field that the jar uses is in this GeoServer, and each method it must have is in the jar")
    void links() throws Exception {
        List<ClassFile> ours = classesOfTheJar();
        assertTrue(ours.size() > 20, ours.toString());
        ours.forEach(type -> known.put(type.name(), type));
        try (URLClassLoader jars = jars()) {
            for (ClassFile type : ours) {
                type.classes().forEach(name -> find(jars, name));
                type.references().forEach(reference -> check(jars, type, reference));
                if (!type.isAbstract()) {
                    checkImplements(jars, type);
                }
            }
        }
        assertEquals(Set.of(), problems);
    }

    private static List<ClassFile> classesOfTheJar() throws IOException {
        List<ClassFile> classes = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(Suite.EXTENSION.zip()))) {
            for (ZipEntry file = zip.getNextEntry(); file != null; file = zip.getNextEntry()) {
                if (file.getName().endsWith(".jar")) {
                    ZipInputStream jar = new ZipInputStream(new ByteArrayInputStream(zip.readAllBytes()));
                    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                        if (entry.getName().endsWith(".class")) {
                            classes.add(ClassFile.read(new ByteArrayInputStream(jar.readAllBytes())));
                        }
                    }
                }
            }
        }
        return classes;
    }

    private static URLClassLoader jars() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : Suite.WEBAPP.jars()) {
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** The class, or null, which is then a problem. */
    private ClassFile find(ClassLoader jars, String name) {
        if (name.startsWith("[")) {
            String element = name.replaceFirst("^\\[+", "");
            return element.startsWith("L") ? find(jars, element.substring(1, element.length() - 1)) : null;
        }
        return known.computeIfAbsent(name, missing -> {
            try (InputStream in = jars.getResourceAsStream(missing + ".class")) {
                if (in != null) {
                    return ClassFile.read(in);
                }
            } catch (IOException e) {
                problems.add(missing + ": " + e);
            }
            problems.add("no class " + missing);
            return null;
        });
    }

    private void check(ClassLoader jars, ClassFile user, ClassFile.Reference reference) {
        // arrays have the methods of Object, and clone
        String owner = reference.owner().startsWith("[") ? "java/lang/Object" : reference.owner();
        // invoke and invokeExact of method handles, and accesses of variable handles, have any descriptor
        if (owner.startsWith("java/lang/invoke/") || reference.member().startsWith("clone ")) {
            return;
        }
        for (ClassFile type : lineage(jars, owner)) {
            Integer flags = type.members().get(reference.member());
            if (flags != null) {
                boolean seen = Modifier.isPublic(flags) || Modifier.isProtected(flags) || samePackage(user, type);
                if (!seen) {
                    problems.add(user.name() + " cannot see " + type.name() + "." + reference.member());
                }
                return;
            }
        }
        problems.add("no " + reference.owner() + "." + reference.member() + ", which " + user.name() + " uses");
    }

    /** Whether both are of one package. */
    private static boolean samePackage(ClassFile user, ClassFile type) {
        return packageOf(user).equals(packageOf(type));
    }

    private static String packageOf(ClassFile type) {
        return type.name().substring(0, type.name().lastIndexOf('/'));
    }

    /** A class and all its supertypes; superclasses first, then interfaces, as methods are looked up. */
    private List<ClassFile> lineage(ClassLoader jars, String name) {
        List<ClassFile> found = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        List<String> interfaces = new ArrayList<>();
        for (String next = name; next != null; ) {
            ClassFile type = find(jars, next);
            next = null;
            if (type != null && seen.add(type.name())) {
                found.add(type);
                boolean isInterface = Modifier.isInterface(type.flags());
                List<String> supertypes = type.supertypes();
                interfaces.addAll(isInterface ? supertypes : supertypes.subList(Math.min(1, supertypes.size()), supertypes.size()));
                next = isInterface || supertypes.isEmpty() ? null : supertypes.get(0);
            }
        }
        for (int i = 0; i < interfaces.size(); i++) {
            ClassFile type = find(jars, interfaces.get(i));
            if (type != null && seen.add(type.name())) {
                found.add(type);
                interfaces.addAll(type.supertypes());
            }
        }
        return found;
    }

    private void checkImplements(ClassLoader jars, ClassFile type) {
        List<ClassFile> lineage = lineage(jars, type.name());
        for (ClassFile supertype : lineage) {
            supertype.members().forEach((member, flags) -> {
                if (Modifier.isAbstract(flags) && !isImplemented(lineage, member)) {
                    problems.add(type.name() + " does not implement " + supertype.name() + "." + member);
                }
            });
        }
    }

    private static boolean isImplemented(List<ClassFile> lineage, String member) {
        return lineage.stream().anyMatch(type -> {
            Integer flags = type.members().get(member);
            return flags != null && !Modifier.isAbstract(flags) && !Modifier.isStatic(flags);
        });
    }
}
