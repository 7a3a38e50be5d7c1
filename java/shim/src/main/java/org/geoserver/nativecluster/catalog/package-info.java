// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The catalog as shared objects: workspaces, namespaces, stores, resources, layers, groups, styles and defaults, each an entry of
 * its own. An object is put in place by GeoServer's own catalog facade, which validates nothing and keeps ids, and GeoServer's
 * listeners hear of it, so that caches are cleared and the data directory is written.
 */
package org.geoserver.nativecluster.catalog;
