// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPathsTest {
    private final SharedPaths usual = new SharedPaths(List.of());
    private final SharedPaths named = new SharedPaths(List.of("data", "/exports/*.csv", " lists/a.txt ", "", "**/*.dat"));

    @ParameterizedTest
    @ValueSource(strings = {
        "styles/roads.sld", "styles/roads.css", "styles/icons/burg.svg", "styles/fonts/a.TTF", "styles/sub/part.xml",
        "workspaces/topp/styles/roads.sld", "workspaces/topp/styles/icons/x.png", "templates/topp/header.ftl",
        "workspaces/content.ftl", "workspaces/topp/content.ftl", "workspaces/topp/store/layer/title.ftl",
        "workspaces/topp/store/layer/schema.xsd", "workspaces/topp/store/layer/header.json", "workspaces/topp/templates/a.xml",
        "palettes/safe.pal", "user_projections/epsg.properties", "www/index.html", "www/a/b.js", "layouts/scale.xml",
        "logs/DEFAULT_LOGGING.xml", "logs/MINE.properties", "styles/größe.sld"
    })
    void isShared(String path) {
        assertTrue(usual.contains(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "styles/roads.xml", "workspaces/topp/styles/roads.xml", "workspaces/topp/workspace.xml",
        "workspaces/topp/store/layer/featuretype.xml", "global.xml", "logs/geoserver.log", "logs/old/geoserver.xml",
        "styles/roads.sld.bak", "styles/roads.sld.bak.1", "styles/roads.sld.0d7f.tmp", "styles/roads.sld~", "styles/.roads.sld.swp",
        "styles/#roads.sld#", "styles/.hidden/roads.sld", "data/a.shp", "security/users.xml", "gwc-layers/a.xml",
        "gwc/geowebcache.xml", "hazelcast.xml", "cluster-state/node/replica.redb", "styles", "www", "exports/a.csv"
    })
    void isNotShared(String path) {
        assertFalse(usual.contains(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "/etc/passwd", "../secret", "styles/../../secret", "styles//a.sld", "styles/./a.sld", "styles/a.sld/", "styles\\..\\a.sld",
        "c:/styles/a.sld", "styles/a\u0000.sld", "styles/a\n.sld"
    })
    void whatLeadsElsewhereIsNotShared(String path) {
        assertFalse(usual.contains(path));
        assertFalse(named.contains(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data/a.shp", "data/deep/er/a.tif", "exports/a.csv", "lists/a.txt", "anywhere/in/a.dat"})
    void isSharedWhenNamed(String path) {
        assertTrue(named.contains(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "database/a", "exports/deep/a.csv", "lists/b.txt", "security/keys.dat", "cluster-state/a.dat",
        "cluster-backup/2026-01-02T03-04-05/security/keys.dat", "gwc/tile.dat", "data/.x/a.shp"
    })
    void isNotSharedThoughOthersAreNamed(String path) {
        assertFalse(named.contains(path));
    }

    /** Others share these by meaning: sharing the files too would undo one through the other. */
    @ParameterizedTest
    @ValueSource(strings = {"global.xml", "workspaces/topp/workspace.xml", "security/config.xml", "gwc-layers/a.xml", "layergroups/a.xml"})
    void whatOtherPartsShareIsNeverAFile(String path) {
        assertFalse(new SharedPaths(List.of("**")).contains(path));
    }

    @Test
    void looksIntoAsFewFoldersAsNeeded() {
        assertEquals(
                List.of("layouts", "logs", "palettes", "styles", "templates", "user_projections", "workspaces", "www"), usual.roots());
        assertEquals(List.of(), usual.excluded());
        assertTrue(new SharedPaths(List.of("data/raster/**/*.tif")).roots().contains("data/raster"));
        assertTrue(new SharedPaths(List.of("data/a.tif")).roots().contains("data"));
        assertEquals(List.of(""), new SharedPaths(List.of("**/*.tif")).roots());
        assertTrue(new SharedPaths(List.of("**/*.tif")).excluded().contains("gwc"));
    }

    @Test
    void whatLiesInAFolderOfTheCatalogWaitsForIt() {
        assertEquals("workspaces/topp", SharedPaths.folderOfCatalog("workspaces/topp/styles/icons/a.png"));
        assertEquals("workspaces/topp", SharedPaths.folderOfCatalog("workspaces/topp/content.ftl"));
        assertEquals("workspaces/topp/store/layer", SharedPaths.folderOfCatalog("workspaces/topp/store/layer/content.ftl"));
        assertNull(SharedPaths.folderOfCatalog("workspaces/content.ftl"));
        assertNull(SharedPaths.folderOfCatalog("styles/a.sld"));
    }
}
