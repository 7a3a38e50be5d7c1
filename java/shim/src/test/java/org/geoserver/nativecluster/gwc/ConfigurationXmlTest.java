// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.junit.jupiter.api.Test;

class ConfigurationXmlTest {
    private static final Path DATA = Path.of("/srv/a");

    @Test
    void versionsAndPlacesAreNoDifference() {
        Content a = ConfigurationXml.content(xml("1.8.0", "/srv/a/tiles", "<layers/>"), DATA, 0);
        Content b = ConfigurationXml.content(xml("2.0.0", "/mnt/fast", "<!-- none -->"), Path.of("/srv/b"), 0);
        assertArrayEquals(a.bytes(), b.bytes());
        assertFalse(text(a.bytes()).contains("/srv"));
        Content other = ConfigurationXml.content(xml("1.8.0", "/srv/a/tiles", "<backendTimeout>5</backendTimeout>"), DATA, 0);
        assertFalse(text(a.bytes()).equals(text(other.bytes())));
    }

    @Test
    void aStoreThatIsNewHereIsInTheSamePlaceOfTheDataDirectory() {
        Content a = ConfigurationXml.content(xml("1.8.0", "/srv/a/tiles", ""), DATA, 0);
        String local = text(ConfigurationXml.local(a, null, Path.of("/srv/b")));
        assertTrue(local.contains("<baseDirectory>/srv/b/tiles</baseDirectory>"), local);
        assertTrue(local.contains("xmlns=\"http://geowebcache.org/schema/1.8.0\""), local);
        assertTrue(local.contains("<version>1.8.0</version>"), local);
        Content elsewhere = ConfigurationXml.content(xml("1.8.0", "/mnt/shared", ""), DATA, 0);
        assertTrue(text(ConfigurationXml.local(elsewhere, null, Path.of("/srv/b"))).contains(">/mnt/shared<"));
    }

    @Test
    void aStoreStaysWhereItIsHere() {
        Content a = ConfigurationXml.content(xml("1.8.0", "/srv/a/tiles", ""), DATA, 0);
        String local = text(ConfigurationXml.local(a, xml("1.8.0", "/disk2", ""), Path.of("/srv/b")));
        assertTrue(local.contains("<baseDirectory>/disk2</baseDirectory>"), local);
        assertEquals(1, local.split("<baseDirectory>", -1).length - 1);
    }

    @Test
    void itsOwnLayersAreComparedByTheirText() {
        byte[] xml = xml("1.8.0", "/a", "<layers><wmsLayer><name>a</name></wmsLayer><wmsLayer><name>b</name></wmsLayer></layers>");
        assertEquals(2, ConfigurationXml.layers(xml).size());
        assertEquals(0, ConfigurationXml.layers(null).size());
    }

    private static byte[] xml(String version, String place, String more) {
        return ("<gwcConfiguration xmlns=\"http://geowebcache.org/schema/" + version + "\"><version>" + version
                        + "</version><gridSets><gridSet><name>g</name></gridSet></gridSets><blobStores>"
                        + "<FileBlobStore default=\"false\"><id>s</id><enabled>true</enabled><baseDirectory>" + place
                        + "</baseDirectory></FileBlobStore></blobStores>" + more
                        + "<lockProvider>nioLock</lockProvider></gwcConfiguration>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] xml) {
        return new String(xml, StandardCharsets.UTF_8);
    }
}
