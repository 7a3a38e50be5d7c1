// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.security.impl;

/** The rules of one file. */
public abstract class AbstractAccessRuleDAO<R extends Comparable<R>> {
    AbstractAccessRuleDAO() {}

    public void reload() {}
}
