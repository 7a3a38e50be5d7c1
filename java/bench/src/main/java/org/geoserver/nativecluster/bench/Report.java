// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The rows of a run, in the order in which they were measured. */
final class Report {
    static final String IMAP = "IMap";
    static final String REPLICATED = "ReplicatedMap";
    static final String HAZELCAST = "Hazelcast";

    private final List<Row> rows = new ArrayList<>();

    void add(String name, String unit, Samples ours, String peer, Samples theirs, Goal goal) {
        rows.add(new Row(name, unit, ours, peer, theirs, goal));
    }

    boolean isMet() {
        return rows.stream().noneMatch(row -> Boolean.FALSE.equals(row.met()));
    }

    void print() {
        System.out.println();
        System.out.println(Row.heading());
        rows.forEach(row -> System.out.println(row.line()));
        System.out.println();
        long goals = rows.stream().filter(row -> row.goal() != null).count();
        long met = rows.stream().filter(row -> Boolean.TRUE.equals(row.met())).count();
        List<Row> open = rows.stream()
                .filter(row -> row.goal() != null && row.met() == null)
                .toList();
        System.out.println(met + " of " + goals + " goals met"
                + (open.isEmpty() ? "" : ", " + open.size() + " not measured"));
    }

    void write(Path file) throws IOException {
        Files.writeString(file, rows.stream().map(Row::json).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n")));
    }
}
