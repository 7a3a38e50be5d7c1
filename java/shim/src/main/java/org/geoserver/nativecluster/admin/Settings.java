// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * System properties and environment variables of this JVM. A setting {@code geoserver.cluster.enabled} may be given as
 * the variable GEOSERVER_CLUSTER_ENABLED; the property wins.
 */
record Settings(Map<String, String> values) {
    /** Off: the module does nothing, as if it were absent. */
    static final String ENABLED = "geoserver.cluster.enabled";

    /** The name that tells nodes on one host apart where it matters, such as for their state directories. */
    static final String INSTANCE = "geoserver.cluster.instance-name";

    /** On: catalog, configuration and files are shared too. */
    static final String ACTIVE = "geoserver.cluster.active";

    /** What a node does that joins with another catalog than the cluster's: refuse, adopt or merge. */
    static final String JOIN = "geoserver.cluster.join";

    /** On: this node takes changes of others only. */
    static final String READ_ONLY = "geoserver.cluster.read-only";

    /** Patterns of files below the data directory to be shared beside what always is. */
    static final String FILES = "geoserver.cluster.shared-files";

    /** Names of settings that stay per node, beside those that always do. */
    static final String NODE_LOCAL = "geoserver.cluster.node-local";

    /** On: users, groups, roles and rules are shared too; {@code keystore}: with the keystore and the master password. */
    static final String SECURITY = "geoserver.cluster.security";

    static Settings ofThisJvm() {
        Map<String, String> values = new HashMap<>(System.getenv());
        Properties properties = System.getProperties();
        for (String name : properties.stringPropertyNames()) {
            values.put(name, properties.getProperty(name));
        }
        return new Settings(values);
    }

    /** The value of a setting, or null. */
    String get(String name) {
        String value = values.get(name);
        return value != null
                ? value
                : values.get(name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT));
    }

    /** The value of a setting, or another one where it is not given. */
    String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** As native code reads it; what is neither on nor off it refuses. */
    boolean isOn(String name) {
        return switch (get(name, "").trim().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            default -> false;
        };
    }

    boolean isActive() {
        return isOn(ACTIVE);
    }

    boolean isReadOnly() {
        return isOn(READ_ONLY);
    }

    boolean isEnabled() {
        return !"false".equalsIgnoreCase(get(ENABLED));
    }
}
