// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import java.util.Collection;
import java.util.stream.Collectors;

/** A JSON object, put together member by member. */
final class JsonText {
    private final StringBuilder text = new StringBuilder("{");

    /** A member that is a string, or null. */
    JsonText put(String name, String value) {
        return putJson(name, value == null ? "null" : quote(value));
    }

    JsonText put(String name, long value) {
        return putJson(name, Long.toString(value));
    }

    JsonText put(String name, boolean value) {
        return putJson(name, Boolean.toString(value));
    }

    /** A member that is a list of values, each JSON already. */
    JsonText put(String name, Collection<String> values) {
        return putJson(name, values.stream().collect(Collectors.joining(",\n  ", "[", "]")));
    }

    /** A member that is JSON already. */
    JsonText putJson(String name, String json) {
        text.append(text.length() == 1 ? "" : ", ").append(quote(name)).append(": ").append(json);
        return this;
    }

    @Override
    public String toString() {
        return text + "}";
    }

    private static String quote(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c < ' ' || Character.isSurrogate(c) && !isPaired(value, i)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Whether UTF-8 can say a surrogate, which it can in pairs only. */
    private static boolean isPaired(String value, int at) {
        return Character.isHighSurrogate(value.charAt(at))
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
}
