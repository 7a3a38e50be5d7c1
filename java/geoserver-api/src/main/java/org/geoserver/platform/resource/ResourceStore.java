// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform.resource;

/** A tree of resources. */
public interface ResourceStore {
    /** The resource at a path relative to the root of the store; the empty path is the root itself. */
    Resource get(String path);
}
