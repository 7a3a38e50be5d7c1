// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the tables of what GeoServer's types have: a row each, with jar, type, kind, modifiers, name, parameters, result. */
final class ApiTables {
    private ApiTables() {}

    static Map<String, ApiType> read(Path table) throws IOException {
        Map<String, ApiType> types = new HashMap<>();
        for (String line : Files.readAllLines(table)) {
            String[] row = line.split("\t", -1);
            if (row[1].equals("type")) {
                continue;
            }
            ApiType type =
                    types.computeIfAbsent(row[1], name -> new ApiType(name, new HashSet<>(), new TreeMap<>()));
            String modifiers = ApiType.binding(Arrays.asList(row[3].split(" ")));
            switch (row[2]) {
                case "class":
                case "interface":
                    type.supertypes().addAll(supertypes(row[5]));
                    break;
                case "field":
                    type.members().put("field " + row[4] + " " + row[6], modifiers);
                    break;
                case "constructor":
                    type.members().put("constructor <init>(" + parameters(row[5]) + ")", modifiers);
                    break;
                default:
                    type.members().put("method " + row[4] + "(" + parameters(row[5]) + ") " + row[6], modifiers);
            }
        }
        return types;
    }

    private static Set<String> supertypes(String clause) {
        return new HashSet<>(Arrays.asList(clause.replaceAll("\\b(extends|implements)\\b", ",").trim().split("[ ,]+")));
    }

    private static String parameters(String list) {
        return list.replace("...", "[]");
    }
}
