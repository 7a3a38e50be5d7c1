// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

/**
 * A store that is measured.
 *
 * @param store its name for the nodes
 * @param title its name for people; null: ours
 * @param members where it is
 */
record Contestant(String store, String title, Members members) {
    boolean isOurs() {
        return title == null;
    }
}
