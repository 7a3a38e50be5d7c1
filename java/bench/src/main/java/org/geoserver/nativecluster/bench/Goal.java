// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.Locale;

/** What a row must reach. */
sealed interface Goal {
    boolean isMet(Samples ours, Samples peer);

    String text();

    /** Whether it is a comparison. */
    default boolean needsPeer() {
        return false;
    }

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

        @Override
        public boolean needsPeer() {
            return true;
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

    /** At most so much in the middle, and so much at the slow end. */
    record Within(double p50, double p99) implements Goal {
        @Override
        public boolean isMet(Samples ours, Samples peer) {
            return ours.p50() <= p50 && ours.p99() <= p99;
        }

        @Override
        public String text() {
            return "≤ " + number(p50) + ", ≤ " + number(p99);
        }
    }

    /** In the middle at most so many times what the peer takes. */
    record AtMostTimes(double times) implements Goal {
        @Override
        public boolean isMet(Samples ours, Samples peer) {
            return ours.p50() <= times * peer.p50();
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "≤ %.2f×", times);
        }

        @Override
        public boolean needsPeer() {
            return true;
        }
    }

    /** In the middle at most so much more than the peer. */
    record AtMostMore(double more) implements Goal {
        @Override
        public boolean isMet(Samples ours, Samples peer) {
            return ours.p50() - peer.p50() <= more;
        }

        @Override
        public String text() {
            return "≤ +" + number(more);
        }

        @Override
        public boolean needsPeer() {
            return true;
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}
