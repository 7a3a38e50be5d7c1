// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.List;

/** The words of the command line. */
record Options(List<String> words) {
    boolean has(String option) {
        return words.contains(option);
    }

    /** The word after an option, or null. */
    String get(String option) {
        int at = words.indexOf(option);
        return at < 0 || at + 1 == words.size() ? null : words.get(at + 1);
    }

    boolean isQuick() {
        return has("--quick");
    }

    boolean wants(String scenario) {
        return get("--only") == null || List.of(get("--only").split(",")).contains(scenario);
    }
}
