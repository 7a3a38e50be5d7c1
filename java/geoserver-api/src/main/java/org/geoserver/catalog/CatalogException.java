// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** What a listener throws to refuse an edit. */
public class CatalogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CatalogException() {
        super();
    }

    public CatalogException(String name) {
        super(name);
    }

    public CatalogException(Throwable throwable) {
        super(throwable);
    }

    public CatalogException(String name, Throwable throwable) {
        super(name, throwable);
    }
}
