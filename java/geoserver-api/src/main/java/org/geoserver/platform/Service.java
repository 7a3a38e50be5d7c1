// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.util.List;
import java.util.Objects;
import org.geotools.util.Version;

/** Describes an OGC service to the dispatcher. */
public final class Service {
    private final String id;
    private final String namespace;
    private final Object service;
    private final Version version;
    private final List<String> operations;
    private String customCapabilitiesLink;

    public Service(String id, String namespace, Object service, Version version, List<String> operations) {
        this.id = Objects.requireNonNull(id, "id");
        this.namespace = namespace;
        this.service = service;
        this.version = version;
        this.operations = operations;
    }

    public String getId() {
        return id;
    }

    public String getNamespace() {
        return namespace;
    }

    public Object getService() {
        return service;
    }

    public Version getVersion() {
        return version;
    }

    public List<String> getOperations() {
        return operations;
    }

    public String getCustomCapabilitiesLink() {
        return customCapabilitiesLink;
    }

    public void setCustomCapabilitiesLink(String customCapabilitiesLink) {
        this.customCapabilitiesLink = customCapabilitiesLink;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Service
                && id.equals(((Service) other).id)
                && Objects.equals(version, ((Service) other).version)
                && operations.equals(((Service) other).operations);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, version, operations);
    }
}
