// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.List;

/** What the scenarios of a run share. */
record Bench(Options options, Workplace workplace, Report report) {
    static final double SECOND = 1e9;
    static final double MILLISECOND = 1e6;
    static final double MICROSECOND = 1e3;

    /** Bytes. */
    static final double MEGABYTE = 1e6;

    /** A cluster that meets no other: of ours or of the peer. */
    Members members(String kind, String scenario, Members.Lan lan, String... jvmOptions) {
        String cluster = kind + "-" + scenario + "-" + ProcessHandle.current().pid();
        return new Members(workplace, kind, cluster, lan, List.of(jvmOptions));
    }

    /** Tells what goes on: a run takes minutes. */
    void say(String what) {
        System.out.println("  " + what);
    }
}
