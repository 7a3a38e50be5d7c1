// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What linking needs of a class file (The Java Virtual Machine Specification, chapter 4). Names are as in class files, with
 * slashes.
 *
 * @param name the class
 * @param flags its modifiers
 * @param supertypes superclass and interfaces
 * @param members modifiers of its methods and fields, by name and descriptor
 * @param classes the classes that it refers to
 * @param references the methods and fields that it refers to
 */
record ClassFile(
        String name,
        int flags,
        List<String> supertypes,
        Map<String, Integer> members,
        Set<String> classes,
        Set<Reference> references) {

    /**
     * A method or field that is used.
     *
     * @param owner the class it is looked up in
     * @param member name and descriptor
     */
    record Reference(String owner, String member) {}

    private record Pair(int first, int second) {}

    boolean isAbstract() {
        return Modifier.isAbstract(flags);
    }

    static ClassFile read(InputStream in) {
        try (DataInputStream data = new DataInputStream(in)) {
            return read(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassFile read(DataInputStream in) throws IOException {
        in.readInt(); // magic number
        in.readInt(); // version
        Object[] pool = constants(in);
        int flags = in.readUnsignedShort();
        String name = className(pool, in.readUnsignedShort());
        List<String> supertypes = new ArrayList<>();
        int superclass = in.readUnsignedShort();
        if (superclass != 0) {
            supertypes.add(className(pool, superclass));
        }
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            supertypes.add(className(pool, in.readUnsignedShort()));
        }
        Map<String, Integer> members = new LinkedHashMap<>();
        members(in, pool, members); // fields
        members(in, pool, members); // methods
        Set<String> classes = new LinkedHashSet<>();
        Set<Reference> references = new LinkedHashSet<>();
        for (Object constant : pool) {
            if (constant instanceof Integer) {
                classes.add((String) pool[(Integer) constant]);
            } else if (constant instanceof Pair pair && pool[pair.first] instanceof Integer) {
                Pair member = (Pair) pool[pair.second];
                references.add(new Reference(
                        className(pool, pair.first), pool[member.first] + " " + pool[member.second]));
            }
        }
        return new ClassFile(name, flags, supertypes, members, classes, references);
    }

    /** Texts as String, classes as Integer (where their name is), references and names with types as Pair. */
    private static Object[] constants(DataInputStream in) throws IOException {
        Object[] pool = new Object[in.readUnsignedShort()];
        for (int i = 1; i < pool.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> pool[i] = in.readUTF();
                case 7 -> pool[i] = in.readUnsignedShort();
                case 9, 10, 11, 12 -> pool[i] = new Pair(in.readUnsignedShort(), in.readUnsignedShort());
                case 3, 4, 17, 18 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    i++; // takes two places
                }
                case 8, 16, 19, 20 -> in.readUnsignedShort();
                case 15 -> in.skipNBytes(3);
                default -> throw new IOException("constant of unknown kind " + tag);
            }
        }
        return pool;
    }

    private static String className(Object[] pool, int index) {
        return (String) pool[(Integer) pool[index]];
    }

    private static void members(DataInputStream in, Object[] pool, Map<String, Integer> members) throws IOException {
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            int flags = in.readUnsignedShort();
            String name = (String) pool[in.readUnsignedShort()];
            String descriptor = (String) pool[in.readUnsignedShort()];
            members.put(name + " " + descriptor, flags);
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                in.readUnsignedShort();
                in.skipNBytes(in.readInt());
            }
        }
    }
}
