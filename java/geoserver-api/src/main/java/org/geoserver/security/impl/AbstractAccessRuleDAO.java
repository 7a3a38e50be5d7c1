// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.security.impl;

import java.util.Properties;
import org.geoserver.platform.resource.Resource;

/** The rules of one file. */
public abstract class AbstractAccessRuleDAO<R extends Comparable<R>> {
    String propertyFileName;

    protected AbstractAccessRuleDAO(Resource securityDirectory, String propertyFileName) {
        this.propertyFileName = propertyFileName;
    }

    public void reload() {}

    protected abstract Properties toProperties();
}
