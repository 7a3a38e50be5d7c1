// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

/**
 * What came of saving a status.
 *
 * @param outcome what happened
 * @param previousPhase the code of the phase that the status has, if it was refused
 */
public record SaveResult(Outcome outcome, int previousPhase) {
    /** What happened to the status; in the order of the native codes. */
    public enum Outcome {
        /** Saved, and each live member has it if that was asked for. */
        SAVED,
        /** Saved; some live member did not confirm in time and gets it later. */
        UNCONFIRMED,
        /** Not saved: the phase may not follow the one that the status has. */
        REFUSED,
        /** Not saved: the execution was removed before. */
        REMOVED
    }

    static SaveResult of(int result) {
        return new SaveResult(Outcome.values()[result & 0xff], result >> 8 & 0xff);
    }
}
