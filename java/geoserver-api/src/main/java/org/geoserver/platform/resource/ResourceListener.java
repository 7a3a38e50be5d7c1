// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform.resource;

/** Hears of changes of a resource; only named here. */
public interface ResourceListener {}
