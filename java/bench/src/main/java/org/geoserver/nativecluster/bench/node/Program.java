// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

/** What a JVM of the benchmark does. */
interface Program extends AutoCloseable {
    /** Carries out a command; the numbers that it answers. */
    long[] execute(String[] words) throws Exception;

    @Override
    void close();
}
