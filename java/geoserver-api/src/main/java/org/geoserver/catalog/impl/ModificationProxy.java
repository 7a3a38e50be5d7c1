// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.impl;

import java.io.Serializable;

/** Gathers changes to an object until it is saved. */
public class ModificationProxy implements Serializable {
    private static final long serialVersionUID = 1L;

    public static <T> T unwrap(T t) {
        throw new UnsupportedOperationException();
    }

    private ModificationProxy() {}
}
