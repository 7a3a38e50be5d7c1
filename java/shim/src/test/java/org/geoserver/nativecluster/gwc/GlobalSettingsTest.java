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
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlobalSettingsTest {
    @TempDir
    Path data;

    private final List<String> read = new ArrayList<>();
    private final FakeGwc gwc = new FakeGwc();
    private GlobalSettings settings;

    /** Settings that are what their text says. */
    private static final class Text extends GWCConfig {
        private static final long serialVersionUID = 1;

        private final String text;

        Text(String text) {
            this.text = text;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Text && ((Text) other).text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    @BeforeEach
    void start() throws IOException {
        Scratch scratch = new Scratch(data, null, null) {
            @Override
            GWCConfig global(byte[] xml) {
                read.add(new String(xml, StandardCharsets.UTF_8));
                return new Text(read.get(read.size() - 1));
            }
        };
        Folder folder = new Folder(data.toFile(), GlobalSettings.FILE::equals, (root, excluded, changed) -> {}, null, null);
        settings = new GlobalSettings(folder, () -> gwc, scratch);
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

    @Test
    void inTheSameDirectoryWhatTheFileSaysCounts() throws IOException {
        byte[] later = content("<gutter>3</gutter>");
        byte[] other = "<GeoServerGWCConfig><gutter>2</gutter></GeoServerGWCConfig>".getBytes(StandardCharsets.UTF_8);
        for (int times = 0; times < 2; times++) {
            Applying.run(true, () -> {
                Applied applied = settings.apply(pending(other));
                assertArrayEquals(later, applied.local().content().bytes(), "another edit has followed");
            });
        }
        assertEquals(List.of("save settings"), gwc.calls, "nothing is interrupted that stays as it is");
        assertTrue(((Text) gwc.config).text.contains("<gutter>3</gutter>"), read.toString());
    }

    @Test
    void whatSomebodyElseWroteIsTakenIntoUse() throws IOException {
        content("<gutter>3</gutter>");
        assertTrue(settings.isBehind("gwc/global"));
        assertNull(settings.follow());
        assertTrue(((Text) gwc.config).text.contains("<gutter>3</gutter>"), read.toString());
        Files.writeString(data.resolve(GlobalSettings.FILE), "<GeoServerGWCConfig>");
        assertNotNull(settings.follow(), "GeoServer would take defaults for it");
        assertEquals(List.of("save settings"), gwc.calls);
    }

    private byte[] content(String elements) throws IOException {
        Files.writeString(data.resolve(GlobalSettings.FILE), "<GeoServerGWCConfig>" + elements + "</GeoServerGWCConfig>");
        return settings.read("gwc/global").content().bytes();
    }

    private static Pending pending(byte[] xml) {
        return new Pending("gwc/global", 1, new Content(xml, 0), -1, "other", false, 0);
    }
}
