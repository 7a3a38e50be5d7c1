// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node answers to a command, in one line: {@code ok} or {@code error}, and named values as in a URL's query.
 *
 * @param ok whether the command was done
 * @param values what it gave; of an error: {@code class} and {@code message}
 */
public record Reply(boolean ok, Map<String, String> values) {
    static Reply of(String... namesAndValues) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], String.valueOf(namesAndValues[i + 1]));
        }
        return new Reply(true, values);
    }

    static Reply of(Throwable error) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("class", error.getClass().getSimpleName());
        values.put("message", String.valueOf(error.getMessage()));
        return new Reply(false, values);
    }

    /** The value of that name; an error if the command failed. */
    public String get(String name) {
        if (!ok) {
            throw new IllegalStateException(values.get("class") + ": " + values.get("message"));
        }
        return values.get(name);
    }

    String line() {
        StringBuilder line = new StringBuilder(ok ? "ok" : "error");
        values.forEach((name, value) -> line.append(line.indexOf(" ") < 0 ? ' ' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return line.toString();
    }

    static Reply parse(String line) {
        String[] parts = line.split(" ", 2);
        return new Reply(parts[0].equals("ok"), parts.length == 1 ? Map.of() : values(parts[1]));
    }

    /** Reads {@code name=value&name=value}. */
    static Map<String, String> values(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            values.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return values;
    }
}
