// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

/** Says when among others one is called. */
public interface ExtensionPriority {
    int getPriority();
}
