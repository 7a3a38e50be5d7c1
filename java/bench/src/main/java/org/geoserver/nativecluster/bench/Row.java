// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.Locale;

/**
 * A measurement of ours and of a peer.
 *
 * @param unit of the values
 * @param peer its name; null if the row has none
 * @param goal null if the row is for information
 */
record Row(String name, String unit, Samples ours, String peer, Samples theirs, Goal goal) {
    boolean isMeasured() {
        return !ours.isEmpty();
    }

    private boolean hasPeer() {
        return !theirs.isEmpty();
    }

    /** How many times the peer's middle value is ours; null without one, or where ours is nothing. */
    Double ratio() {
        return isMeasured() && hasPeer() && ours.p50() > 0 ? Double.valueOf(theirs.p50() / ours.p50()) : null;
    }

    /** Null if it is not known, or if there is no goal. */
    Boolean met() {
        if (goal == null || !isMeasured() || goal.needsPeer() && !hasPeer()) {
            return null;
        }
        return goal.isMet(ours, theirs);
    }

    String line() {
        String verdict = goal == null ? "" : met() == null ? "not measured" : met() ? "met" : "NOT MET";
        return String.format(
                        Locale.ROOT,
                        "%-44s %-4s %9s %9s  %-13s %9s %9s %8s  %-14s %s",
                        name,
                        unit,
                        ours.isEmpty() ? "-" : number(ours.p50()),
                        ours.isEmpty() ? "-" : number(ours.p99()),
                        peer == null ? "" : peer,
                        hasPeer() ? number(theirs.p50()) : "-",
                        hasPeer() ? number(theirs.p99()) : "-",
                        ratio() == null ? "" : number(ratio()) + "×",
                        goal == null ? "" : goal.text(),
                        verdict)
                .stripTrailing();
    }

    static String heading() {
        return String.format(
                "%-44s %-4s %9s %9s  %-13s %9s %9s %8s  %-14s",
                "", "unit", "ours p50", "p99", "peer", "p50", "p99", "ratio", "goal");
    }

    /** Three digits that say something. */
    private static String number(double value) {
        int decimals = value == Math.rint(value) || value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    String json() {
        return "{\"name\": " + text(name) + ", \"unit\": " + text(unit) + ", \"ours_p50\": "
                + (ours.isEmpty() ? null : json(ours.p50())) + ", \"ours_p99\": "
                + (ours.isEmpty() ? null : json(ours.p99())) + ", \"peer\": " + (peer == null ? null : text(peer))
                + ", \"peer_p50\": " + (hasPeer() ? json(theirs.p50()) : null) + ", \"peer_p99\": "
                + (hasPeer() ? json(theirs.p99()) : null) + ", \"ratio\": " + (ratio() == null ? null : json(ratio()))
                + ", \"goal\": " + (goal == null ? null : text(goal.text())) + ", \"met\": " + met() + "}";
    }

    private static String json(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    /** The names here have nothing that JSON escapes but quotes. */
    private static String text(String value) {
        return '"' + value.replace("\"", "\\\"") + '"';
    }
}
