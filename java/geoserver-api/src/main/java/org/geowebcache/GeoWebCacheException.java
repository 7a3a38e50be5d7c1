// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache;

/** What can go wrong in a tile cache. */
public class GeoWebCacheException extends Exception {
    private static final long serialVersionUID = 1;

    public GeoWebCacheException(String message) {
        super(message);
    }
}
