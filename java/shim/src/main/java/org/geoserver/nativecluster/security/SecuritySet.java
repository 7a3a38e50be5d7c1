// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/** Files as one piece: a version, then each file's path and bytes, preceded by their lengths, in the order of the paths. */
final class SecuritySet {
    private static final int VERSION = 1;

    private SecuritySet() {}

    static byte[] pack(SortedMap<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(VERSION);
        out.writeInt(files.size());
        for (var file : files.entrySet()) {
            write(out, file.getKey().getBytes(StandardCharsets.UTF_8));
            write(out, file.getValue());
        }
        return bytes.toByteArray();
    }

    static SortedMap<String, byte[]> unpack(byte[] set) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(set));
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("the security configuration is of a newer version of this module: " + version);
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = new String(read(in), StandardCharsets.UTF_8);
            files.put(name, read(in));
        }
        return files;
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = length < 0 ? new byte[0] : in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("the set of security files is cut off");
        }
        return bytes;
    }
}
