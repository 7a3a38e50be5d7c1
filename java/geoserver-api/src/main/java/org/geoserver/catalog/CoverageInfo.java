// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A coverage. */
public interface CoverageInfo extends ResourceInfo {}
