// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads what GeoServer's types have out of its jars, by javap: their classes need not be loadable. */
final class ApiJars {
    private static final Pattern MEMBER = Pattern.compile("^  (?<modifiers>(?:[a-z]+ )*).*?(?<name>[\\w.$]+)(?<call>\\(.*\\))?(?: throws .*)?;$");
    private static final Pattern TYPE =
            Pattern.compile("^(?:[a-z]+ )*(?:class|interface) (?<name>[\\w.$]+)(?<rest>.*) \\{$");

    private final String classPath;

    ApiJars(Path webapp) throws IOException {
        try (Stream<Path> jars = Files.list(webapp.resolve("WEB-INF/lib"))) {
            classPath = jars.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /** The type with what others can see, or null if no jar has it. */
    ApiType type(String name) {
        return type(name, "-protected");
    }

    /** The type with all that it has, or null if no jar has it. */
    ApiType wholeType(String name) {
        return type(name, "-private");
    }

    /** Whether a file of this name in a jar has this text. */
    boolean says(String file, String text) throws IOException {
        for (String jar : classPath.split(File.pathSeparator)) {
            try (ZipFile files = new ZipFile(jar)) {
                ZipEntry entry = files.getEntry(file);
                if (entry != null
                        && new String(files.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private ApiType type(String name, String visible) {
        StringWriter text = new StringWriter();
        ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
        int status = javap.run(
                new PrintWriter(text), new PrintWriter(new StringWriter()), visible, "-s", "-cp", classPath, name);
        return status == 0 ? parse(name, text.toString().lines().toList()) : null;
    }

    private static ApiType parse(String type, List<String> lines) {
        Set<String> supertypes = new HashSet<>();
        Map<String, String> members = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher declaration = TYPE.matcher(erased(lines.get(i)));
            Matcher member = MEMBER.matcher(erased(lines.get(i)));
            if (declaration.matches()) {
                String clause = declaration.group("rest").replaceAll("\\b(extends|implements)\\b", ",");
                supertypes.addAll(Arrays.asList(clause.trim().split("[ ,]+")));
            } else if (member.matches() && i + 1 < lines.size() && lines.get(i + 1).contains("descriptor: ")) {
                String descriptor = lines.get(i + 1).trim().substring("descriptor: ".length());
                String modifiers = ApiType.binding(Arrays.asList(member.group("modifiers").split(" ")));
                members.put(key(type, member.group("name"), descriptor), modifiers);
            }
        }
        return new ApiType(type, supertypes, members);
    }

    /** Without type arguments, which may be nested. */
    private static String erased(String line) {
        String previous = line;
        for (String next = line.replaceAll("<[^<>]*>", ""); !next.equals(previous); next = next.replaceAll("<[^<>]*>", "")) {
            previous = next;
        }
        return previous;
    }

    private static String key(String type, String name, String descriptor) {
        if (!descriptor.startsWith("(")) {
            return "field " + name + " " + descriptor;
        }
        return name.equals(type) ? "constructor " + descriptor : "method " + name + " " + descriptor;
    }

    /** The same form of a type that is compiled here: members by descriptor, so that linkage is what is compared. */
    static ApiType of(Class<?> type) {
        Map<String, String> members = new TreeMap<>();
        ApiType declared = ApiType.of(type);
        Stream.of(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .forEach(method -> add(
                        members,
                        method.getModifiers(),
                        "method " + method.getName() + " "
                                + java.lang.invoke.MethodType.methodType(
                                                method.getReturnType(), method.getParameterTypes())
                                        .toMethodDescriptorString()));
        Stream.of(type.getDeclaredConstructors())
                .forEach(constructor -> add(
                        members,
                        constructor.getModifiers(),
                        "constructor "
                                + java.lang.invoke.MethodType.methodType(void.class, constructor.getParameterTypes())
                                        .toMethodDescriptorString()));
        Stream.of(type.getDeclaredFields())
                .filter(field -> !field.isSynthetic())
                .forEach(field -> add(
                        members, field.getModifiers(), "field " + field.getName() + " " + field.getType().descriptorString()));
        return new ApiType(type.getName(), declared.supertypes(), members);
    }

    private static void add(Map<String, String> members, int modifiers, String member) {
        String binding =
                ApiType.binding(Arrays.asList(java.lang.reflect.Modifier.toString(modifiers).split(" ")));
        if (binding.contains("public") || binding.contains("protected")) {
            members.put(member, binding);
        }
    }
}
