// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.util.ArrayList;
import java.util.List;

/** An error of an OGC service: a message with a code, the locator of the offending parameter and further texts. */
public class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected String code;
    protected String locator;
    final ArrayList<String> exceptionText = new ArrayList<>();

    public ServiceException(String message) {
        super(message);
    }

    public ServiceException(String message, Throwable cause) {
        super(message, cause);
    }

    public ServiceException(String message, Throwable cause, String code, String locator) {
        super(message, cause);
        this.code = code;
        this.locator = locator;
    }

    public ServiceException(String message, String code, String locator) {
        super(message);
        this.code = code;
        this.locator = locator;
    }

    public String getCode() {
        return code;
    }

    public void setCode(String code) {
        this.code = code;
    }

    public String getLocator() {
        return locator;
    }

    public void setLocator(String locator) {
        this.locator = locator;
    }

    public List<String> getExceptionText() {
        return exceptionText;
    }

    @Override
    public String toString() {
        return exceptionText.isEmpty()
                ? super.toString()
                : super.toString() + System.lineSeparator() + String.join(System.lineSeparator(), exceptionText);
    }
}
