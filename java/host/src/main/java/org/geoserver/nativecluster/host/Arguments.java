// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Options of the command line, such as {@code --zip FILE}. */
record Arguments(List<String> words) {
    static Arguments of(String[] args) {
        return new Arguments(Arrays.asList(args));
    }

    boolean has(String option) {
        return words.contains(option);
    }

    /** The word after an option, or null. */
    String get(String option) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 == words.size() ? null : words.get(at + 1);
    }

    String required(String option) {
        String value = get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return value;
    }

    /** What the shim is loaded from: {@code --zip FILE}, the finished zip, or {@code --shim CLASSPATH}. */
    Installation installation(Path lib) throws IOException {
        String shim = get("--shim");
        return shim != null
                ? Installation.ofClassPath(shim)
                : Installation.ofZip(Path.of(required("--zip")), lib);
    }
}
