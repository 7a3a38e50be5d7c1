// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A feature type. */
public interface FeatureTypeInfo extends ResourceInfo {}
