// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.util.Optional;

/**
 * What a module says about itself on the server status page. GeoServer 3.0 has more abstract methods than 2.28, so
 * implement it only through {@link ModuleStatusImpl}.
 */
public interface ModuleStatus {
    String getModule();

    Optional<String> getComponent();

    String getName();

    Optional<String> getVersion();

    boolean isAvailable();

    boolean isEnabled();

    Optional<String> getMessage();

    Optional<String> getDocumentation();
}
