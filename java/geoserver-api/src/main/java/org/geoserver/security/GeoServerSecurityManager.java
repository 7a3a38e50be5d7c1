// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.security;

import java.io.IOException;
import org.geoserver.security.auth.AuthenticationCache;

/** Users, roles and who may do what. */
public class GeoServerSecurityManager {
    private GeoServerSecurityManager() {}

    public void reload() {}

    public void updateConfigurationFilesWithEncryptedFields() throws IOException {}

    public AuthenticationCache getAuthenticationCache() {
        throw new UnsupportedOperationException();
    }

    public GeoServerRoleService loadRoleService(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    public GeoServerUserGroupService loadUserGroupService(String name) throws IOException {
        throw new UnsupportedOperationException();
    }
}
