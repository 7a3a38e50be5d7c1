// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.ows;

/** Changes addresses before clients see them, as for a proxy. */
public interface URLMangler {
    /** What an address is of. */
    enum URLType {
        EXTERNAL,
        RESOURCE,
        SERVICE
    }
}
