// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.config.meta;

/** What a service says of itself. */
public class ServiceInformation implements java.io.Serializable {
    private static final long serialVersionUID = 1;
}
