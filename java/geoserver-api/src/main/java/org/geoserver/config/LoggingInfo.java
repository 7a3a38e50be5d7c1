// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import org.geoserver.catalog.Info;

/** What is logged, and where. */
public interface LoggingInfo extends Info {}
