// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlobalSettingsTest {
    @TempDir
    Path data;

    private final List<String> read = new ArrayList<>();
    private GlobalSettings settings;

    @BeforeEach
    void start() throws IOException {
        Scratch scratch = new Scratch(data, null, null) {
            @Override
            GWCConfig global(byte[] xml) {
                read.add(new String(xml, StandardCharsets.UTF_8));
                return new GWCConfig();
            }
        };
        Folder folder = new Folder(data.toFile(), GlobalSettings.FILE::equals, (root, excluded, changed) -> {}, null, null);
        settings = new GlobalSettings(folder, FakeGwc::new, scratch);
    }

    @Test
    void whatANodeCanBearIsNoDifference() throws IOException {
        assertNull(settings.read("gwc/global"));
        byte[] mine = content("<gutter>1</gutter><metaTilingThreads>8</metaTilingThreads><lockProviderName>a</lockProviderName>");
        byte[] theirs = content("<gutter>1</gutter><metaTilingThreads>2</metaTilingThreads>");
        assertArrayEquals(mine, theirs);
    }

    @Test
    void whatANodeCanBearStays() throws IOException {
        content("<gutter>1</gutter><metaTilingThreads>8</metaTilingThreads>");
        byte[] other = "<GeoServerGWCConfig><gutter>2</gutter></GeoServerGWCConfig>".getBytes(StandardCharsets.UTF_8);
        assertNull(settings.apply(pending(other)).problem());
        assertEquals(1, read.size());
        assertTrue(read.get(0).contains("<gutter>2</gutter>"), read.get(0));
        assertTrue(read.get(0).contains("<metaTilingThreads>8</metaTilingThreads>"), read.get(0));
    }

    /** GeoServer would take defaults for them, without a word to us. */
    @Test
    void whatAreNoSettingsAreRefused() {
        for (String xml : List.of("<somethingElse/>", "<GeoServerGWCConfig>", "")) {
            assertNotNull(settings.apply(pending(xml.getBytes(StandardCharsets.UTF_8))).problem());
        }
        assertNotNull(settings.apply(new Pending("gwc/global", 1, null, -1, "other", false, 0)).problem());
        assertEquals(List.of(), read);
    }

    private byte[] content(String elements) throws IOException {
        Files.writeString(data.resolve(GlobalSettings.FILE), "<GeoServerGWCConfig>" + elements + "</GeoServerGWCConfig>");
        return settings.read("gwc/global").content().bytes();
    }

    private static Pending pending(byte[] xml) {
        return new Pending("gwc/global", 1, new Content(xml, 0), -1, "other", false, 0);
    }
}
