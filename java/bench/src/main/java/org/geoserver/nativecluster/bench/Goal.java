// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.Locale;

/** What a row must reach. */
sealed interface Goal {
    boolean isMet(Samples ours, Samples peer);

    String text();

    /** So many times faster than the peer in the middle, and if wanted at the slow end too. */
    record Faster(double times, boolean atP99) implements Goal {
        @Override
        public boolean isMet(Samples ours, Samples peer) {
            return peer.p50() >= times * ours.p50() && (!atP99 || peer.p99() >= times * ours.p99());
        }

        @Override
        public String text() {
            return "≥ " + number(times) + "×" + (atP99 ? ", p99 too" : "");
        }
    }

    /** At most so much, at the slow end too. */
    record AtMost(double most) implements Goal {
        @Override
        public boolean isMet(Samples ours, Samples peer) {
            return ours.p99() <= most;
        }

        @Override
        public String text() {
            return "≤ " + number(most);
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}
