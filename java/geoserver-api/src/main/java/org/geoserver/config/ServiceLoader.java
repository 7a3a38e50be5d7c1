// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

/** Reads and writes the configuration of a service. */
public interface ServiceLoader<T extends ServiceInfo> {
    Class<T> getServiceClass();
}
