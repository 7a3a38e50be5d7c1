// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config.impl;

/** Hears of resets and reloads. */
public interface GeoServerLifecycleHandler {
    void onReset();

    void onDispose();

    void beforeReload();

    void onReload();
}
