// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.security.auth;

/** Who was authenticated shortly before. */
public interface AuthenticationCache {
    void removeAll();
}
