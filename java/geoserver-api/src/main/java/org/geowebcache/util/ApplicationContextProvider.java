// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.util;

/** Knows the context. */
public class ApplicationContextProvider {
    public ApplicationContextProvider() {}
}
