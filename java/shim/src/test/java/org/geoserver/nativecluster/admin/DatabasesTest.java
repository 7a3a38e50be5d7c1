// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabasesTest {
    @TempDir
    Path data;

    private void settings(String module, String text) throws IOException {
        Files.writeString(Files.createDirectories(data.resolve(module)).resolve(module + ".properties"), text);
    }

    @Test
    void aCatalogInADatabaseIsNotShared() throws IOException {
        assertNull(Databases.objection(data));
        settings("jdbcconfig", "enabled=false\n");
        assertNull(Databases.objection(data));
        settings("jdbcstore", "initdb=true\nenabled=true\n");
        assertTrue(Databases.objection(data).contains("jdbcstore.properties says enabled=true"));
    }

    @Test
    void whatCannotBeReadIsNoPermission() throws IOException {
        settings("jdbcconfig", "enabled=\\u00");
        assertTrue(Databases.objection(data).contains("cannot be read"));
    }
}
