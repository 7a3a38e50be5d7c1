// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.io.Serializable;

/** Anything with an id. */
public interface Info extends Serializable {
    String getId();
}
