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

    boolean isEnabled() {
        return !"false".equalsIgnoreCase(get(ENABLED));
    }
}
