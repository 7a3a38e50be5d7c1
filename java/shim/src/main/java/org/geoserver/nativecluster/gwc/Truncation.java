// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tiles that are to be thrown away.
 *
 * @param gridSet of {@link Kind#GRID_SET} and {@link Kind#RANGE}, else empty
 * @param format of {@link Kind#RANGE}, else empty
 * @param parametersId of {@link Kind#RANGE} and {@link Kind#PARAMETERS_ID}; null: without parameters
 * @param parameters of {@link Kind#RANGE} and {@link Kind#PARAMETERS}; may be null
 * @param ranges of {@link Kind#RANGE}: for each zoom level minimal x and y, maximal x and y, level; empty: everywhere
 */
record Truncation(
        Kind kind,
        String layer,
        String gridSet,
        String format,
        String parametersId,
        Map<String, String> parameters,
        int zoomStart,
        int zoomStop,
        List<List<Long>> ranges) {
    enum Kind {
        /** All tiles of a layer. */
        LAYER,
        GRID_SET,
        PARAMETERS_ID,
        PARAMETERS,
        RANGE,
        /** Tiles with parameters that the layer no longer has. */
        ORPHANS
    }

    /** Several, and which earlier entries they take the place of. */
    record Batch(List<Truncation> truncations, List<String> instead, Map<String, String> places) {}

    private static final int VERSION = 1;

    /** More than this is no batch of ours: it would not fit into memory. */
    private static final int MAX = 100_000;

    static Truncation of(Kind kind, String layer) {
        return new Truncation(kind, layer, "", "", null, null, 0, 0, List.of());
    }

    static Truncation ofGridSet(String layer, String gridSet) {
        return new Truncation(Kind.GRID_SET, layer, gridSet, "", null, null, 0, 0, List.of());
    }

    /** A truncation that includes this one, and is one of few. */
    Truncation coarse() {
        return kind == Kind.RANGE ? ofGridSet(layer, gridSet) : this;
    }

    /** @param places of each layer, which store of tiles it has: see {@link Places} */
    static byte[] encode(Batch batch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(batch.instead().size());
            for (String key : batch.instead()) {
                out.writeUTF(key);
            }
            write(out, batch.places());
            out.writeInt(batch.truncations().size());
            for (Truncation truncation : batch.truncations()) {
                truncation.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeByte(kind.ordinal());
        out.writeUTF(layer);
        out.writeUTF(gridSet);
        out.writeUTF(format);
        out.writeBoolean(parametersId != null);
        if (parametersId != null) {
            out.writeUTF(parametersId);
        }
        out.writeBoolean(parameters != null);
        if (parameters != null) {
            write(out, parameters);
        }
        out.writeInt(zoomStart);
        out.writeInt(zoomStop);
        out.writeInt(ranges.size());
        for (List<Long> range : ranges) {
            for (Long bound : range) {
                out.writeLong(bound);
            }
        }
    }

    private static void write(DataOutputStream out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue() == null ? "" : entry.getValue());
        }
    }

    /** @throws IOException if it is none, or one of a later version */
    static Batch decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readByte() != VERSION) {
            throw new IOException("a truncation of another version of this module");
        }
        List<String> instead = new ArrayList<>();
        for (int left = size(in); left > 0; left--) {
            instead.add(in.readUTF());
        }
        Map<String, String> places = map(in);
        List<Truncation> truncations = new ArrayList<>();
        for (int left = size(in); left > 0; left--) {
            truncations.add(read(in));
        }
        return new Batch(truncations, instead, places);
    }

    private static Truncation read(DataInputStream in) throws IOException {
        int kind = in.readByte();
        if (kind < 0 || kind >= Kind.values().length) {
            throw new IOException("an unknown kind of truncation");
        }
        String layer = in.readUTF();
        String gridSet = in.readUTF();
        String format = in.readUTF();
        String parametersId = in.readBoolean() ? in.readUTF() : null;
        Map<String, String> parameters = in.readBoolean() ? map(in) : null;
        int zoomStart = in.readInt();
        int zoomStop = in.readInt();
        List<List<Long>> ranges = new ArrayList<>();
        for (int left = size(in); left > 0; left--) {
            ranges.add(List.of(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong()));
        }
        return new Truncation(
                Kind.values()[kind], layer, gridSet, format, parametersId, parameters, zoomStart, zoomStop, ranges);
    }

    private static Map<String, String> map(DataInputStream in) throws IOException {
        Map<String, String> map = new TreeMap<>();
        for (int left = size(in); left > 0; left--) {
            map.put(in.readUTF(), in.readUTF());
        }
        return map;
    }

    private static int size(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MAX) {
            throw new IOException("no list of " + size + " truncations");
        }
        return size;
    }
}
