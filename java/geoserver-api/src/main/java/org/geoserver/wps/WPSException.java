// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import org.geoserver.platform.ServiceException;

/** An error of the WPS. Mind the order of the arguments, which differs between the constructors. */
public class WPSException extends ServiceException {
    private static final long serialVersionUID = 1L;

    public WPSException(String message) {
        super(message);
    }

    public WPSException(String code, String message) {
        super(message, code, null);
    }

    public WPSException(String message, String code, String locator) {
        super(message, code, locator);
    }

    public WPSException(String message, Throwable cause) {
        super(message, cause);
    }
}
