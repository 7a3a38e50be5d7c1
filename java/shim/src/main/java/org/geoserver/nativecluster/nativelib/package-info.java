// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The boundary to the native library: loading it, its calls, its events. It knows nothing of GeoServer. Native code never
 * calls into Java: one thread of Java's asks for what happened.
 */
package org.geoserver.nativecluster.nativelib;
