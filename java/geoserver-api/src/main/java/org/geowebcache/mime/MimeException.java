// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.mime;

/** A format that is not known. */
public class MimeException extends org.geowebcache.GeoWebCacheException {
    private static final long serialVersionUID = 1;

    public MimeException(String message) {
        super(message);
    }
}
