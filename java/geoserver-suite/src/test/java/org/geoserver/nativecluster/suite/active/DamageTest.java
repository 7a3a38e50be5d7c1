// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What GeoServer makes of files that it cannot read when it starts is nobody's edit. */
@Order(28)
class DamageTest extends ActiveCase {
    private static final String DATABASE = "<dataStore><name>database</name><type>PostGIS</type><enabled>true</enabled>"
            + "<connectionParameters><entry key=\"host\">127.0.0.1</entry><entry key=\"port\">1</entry>"
            + "<entry key=\"database\">none</entry><entry key=\"user\">nobody</entry><entry key=\"passwd\">word</entry>"
            + "<entry key=\"dbtype\">postgis</entry></connectionParameters></dataStore>";

    private static final String STORE = "rest/workspaces/damage/datastores/database.xml";

    @Test
    @Order(1)
    @DisplayName("C cannot decrypt a password, and lacks a style and its global.xml: all nodes keep what they have, and C gets it")
    void damaged() throws Exception {
        a().workspace("damage");
        a().post("workspaces/damage/datastores", DATABASE);
        a().style(null, "damaged", Data.sld("#123456"));
        a().dataStore("damage", "store", data());
        a().layer("damage", "store", "points");
        a().layerStyle("damage", "points", "damaged");
        a().contact("Nobody edited it");
        everywhere("All of it", DamageTest::isWhole);
        awaitEqual();
        c().node().stop();
        Path disk = c().node().data();
        edit(disk.resolve("workspaces/damage/database/datastore.xml"), "crypt1:[^<]*", "crypt1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Files.delete(disk.resolve("styles/damaged.xml"));
        Files.delete(disk.resolve("global.xml"));
        c().node().start();
        c().node().awaitUp();
        ModuleLine.awaitNodes(3, nodes().running());
        everywhere("All of it, again", DamageTest::isWhole);
        awaitEqual();
        String written = Files.readString(disk.resolve("workspaces/damage/database/datastore.xml"));
        assertTrue(written.contains("<enabled>true<") && written.contains("crypt1:"), written);
    }

    private static boolean isWhole(Rest rest) throws Exception {
        return rest.says(STORE, "<enabled>true<")
                && rest.says("rest/layers/damage:points.xml", "<name>damaged<")
                && rest.says("rest/settings/contact.xml", "Nobody edited it");
    }

    private static void edit(Path file, String pattern, String by) throws Exception {
        String before = Files.readString(file);
        String after = before.replaceAll(pattern, by);
        assertNotEquals(before, after);
        Files.writeString(file, after);
    }
}
