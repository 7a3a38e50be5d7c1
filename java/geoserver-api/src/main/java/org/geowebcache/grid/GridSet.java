// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.grid;

/** A set of grids. */
public class GridSet {
    protected GridSet() {}

    public String getName() {
        throw new UnsupportedOperationException();
    }
}
