// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ApplicationContextEvent;

/** Everything of GeoServer is up. */
public class ContextLoadedEvent extends ApplicationContextEvent {
    private static final long serialVersionUID = 1L;

    public ContextLoadedEvent(ApplicationContext applicationContext) {
        super(applicationContext);
    }
}
