// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.Arrays;

/** Measured values of one kind. */
final class Samples {
    private double[] values = {};

    /** Some values. */
    static Samples of(double... values) {
        Samples samples = new Samples();
        samples.add(values);
        return samples;
    }

    void add(double... more) {
        int count = values.length;
        values = Arrays.copyOf(values, count + more.length);
        System.arraycopy(more, 0, values, count, more.length);
    }

    /** Adds nanoseconds as another unit. */
    void addNanos(long[] nanos, double nanosOfUnit) {
        add(Arrays.stream(nanos).mapToDouble(time -> time / nanosOfUnit).toArray());
    }

    boolean isEmpty() {
        return values.length == 0;
    }

    double p50() {
        return percentile(50);
    }

    /** Of fewer than a hundred values the greatest. */
    double p99() {
        return percentile(99);
    }

    /** By nearest rank. */
    private double percentile(int percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }
}
