// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void aPropertyWinsOverTheVariable() {
        Settings settings = new Settings(Map.of(
                "geoserver.cluster.state-directory", "property", "GEOSERVER_CLUSTER_STATE_DIRECTORY", "variable"));
        assertEquals("property", settings.get("geoserver.cluster.state-directory"));
        assertEquals(
                "variable",
                new Settings(Map.of("GEOSERVER_CLUSTER_STATE_DIRECTORY", "variable"))
                        .get("geoserver.cluster.state-directory"));
        assertNull(new Settings(Map.of()).get("geoserver.cluster.state-directory"));
    }

    @Test
    void onlyFalseSwitchesOff() {
        assertTrue(new Settings(Map.of()).isEnabled());
        assertTrue(new Settings(Map.of("GEOSERVER_CLUSTER_ENABLED", "true")).isEnabled());
        assertFalse(new Settings(Map.of("GEOSERVER_CLUSTER_ENABLED", "FALSE")).isEnabled());
        assertFalse(new Settings(Map.of(Settings.ENABLED, "false", "GEOSERVER_CLUSTER_ENABLED", "true")).isEnabled());
    }

    @Test
    void activeClusteringIsOnByTheWordsThatNativeCodeTakes() {
        for (String on : new String[] {"true", " TRUE", "1", "yes", "On"}) {
            assertTrue(new Settings(Map.of("GEOSERVER_CLUSTER_ACTIVE", on)).isActive(), on);
        }
        for (String off : new String[] {"false", "0", "", "active"}) {
            assertFalse(new Settings(Map.of("GEOSERVER_CLUSTER_ACTIVE", off)).isActive(), off);
        }
        assertFalse(new Settings(Map.of()).isActive());
    }

    @Test
    void eachNodeHasAStateDirectoryOfItsOwn() {
        File data = new File("/data");
        StateDirectory named = new StateDirectory(data, new Settings(Map.of(Settings.INSTANCE, "../a node/1")));
        assertEquals("/data/cluster-state/__a_node_1", named.attempt(1).toString());
        assertEquals("/data/cluster-state/__a_node_1-2", named.attempt(2).toString());
        StateDirectory unnamed = new StateDirectory(data, new Settings(Map.of()));
        assertEquals("/data/cluster-state", unnamed.attempt(1).getParent().toString());
    }
}
