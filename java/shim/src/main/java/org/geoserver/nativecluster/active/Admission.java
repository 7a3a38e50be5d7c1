// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

/** Whether this node takes part in what the cluster shares. */
enum Admission {
    /** Not, or not yet: nothing is published or applied. */
    NONE,
    /** From now on: all must be compared. */
    NEW,
    /** As before. */
    MEMBER
}
