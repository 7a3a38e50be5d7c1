// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * GeoServer's security configuration as one shared object: users, roles, rules, filters and services only make sense
 * together. The keystore and the master password stay on each node, unless a setting says otherwise.
 */
package org.geoserver.nativecluster.security;
