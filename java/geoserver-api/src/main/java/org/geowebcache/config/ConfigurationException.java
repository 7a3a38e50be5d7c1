// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.config;

/** A configuration that cannot be. */
public class ConfigurationException extends org.geowebcache.GeoWebCacheException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        super(message);
    }
}
