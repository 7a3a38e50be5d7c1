// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage;

/** Where tiles are. */
public interface BlobStore {}
