// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.io.Serializable;
import java.util.Optional;

/** A module's status as a bean. */
public class ModuleStatusImpl implements ModuleStatus, Serializable {
    private static final long serialVersionUID = 1L;

    private final String module;
    private final String name;
    private String version;
    private String documentation;
    private String message;
    private boolean available = true;
    private boolean enabled = true;

    public ModuleStatusImpl(String module, String name) {
        this.module = module;
        this.name = name;
    }

    @Override
    public String getModule() {
        return module;
    }

    @Override
    public Optional<String> getComponent() {
        return Optional.empty();
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Optional<String> getVersion() {
        return Optional.ofNullable(version);
    }

    public void setVersion(String version) {
        this.version = version;
    }

    @Override
    public boolean isAvailable() {
        return available;
    }

    public void setAvailable(boolean available) {
        this.available = available;
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    @Override
    public Optional<String> getMessage() {
        return Optional.ofNullable(message);
    }

    public void setMessage(String message) {
        this.message = message;
    }

    @Override
    public Optional<String> getDocumentation() {
        return Optional.ofNullable(documentation);
    }

    public void setDocumentation(String documentation) {
        this.documentation = documentation;
    }
}
