// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage;

/** What can go wrong with stored tiles. */
public class StorageException extends java.io.IOException {
    private static final long serialVersionUID = 1;

    public StorageException(String message) {
        super(message);
    }
}
