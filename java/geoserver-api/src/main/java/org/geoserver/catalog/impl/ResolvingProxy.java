// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.impl;

/** Stands for an object that was not found. */
public class ResolvingProxy {
    private ResolvingProxy() {}

    public static String getRef(Object object) {
        throw new UnsupportedOperationException();
    }
}
