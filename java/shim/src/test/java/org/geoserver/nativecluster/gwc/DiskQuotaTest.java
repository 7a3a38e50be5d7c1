// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.files.ManualLater;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geowebcache.diskquota.DiskQuotaConfig;
import org.geowebcache.diskquota.FakeMonitor;
import org.geowebcache.diskquota.jdbc.JDBCConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskQuotaTest {
    private static final String KEY = "gwc/diskquota";

    @TempDir
    Path data;

    private final FakeMonitor.Config settings = new FakeMonitor.Config();
    private final FakeMonitor monitor = new FakeMonitor();
    private final FakeGwc gwc = new FakeGwc() {
        @Override
        public boolean isDiskQuotaAvailable() {
            return true;
        }

        @Override
        public DiskQuotaConfig getDiskQuotaConfig() {
            return settings;
        }

        @Override
        public JDBCConfiguration getJDBCDiskQuotaConfig() {
            return null;
        }

        @Override
        public void saveDiskQuotaConfig(DiskQuotaConfig saved, JDBCConfiguration jdbc) {
            calls.add("save quota");
            write(settings.frequency);
        }
    };
    private DiskQuota quota;

    @BeforeEach
    void start() throws IOException {
        monitor.read = () -> settings.frequency = frequency();
        monitor.write = () -> write(settings.frequency);
        settings.frequency = 1;
        write(1);
        Folder folder = new Folder(data.toFile(), DiskQuota.FILE::equals, (root, excluded, changed) -> {}, null, null);
        quota = new DiskQuota(folder, () -> gwc, monitor, new ManualLater());
        quota.start(key -> {});
    }

    @Test
    void anotherNodesIsWrittenAndTakenIntoUse() {
        Content theirs = content(2);
        Applied applied = quota.apply(pending(theirs));
        assertArrayEquals(theirs.bytes(), applied.local().content().bytes());
        assertEquals(2, frequency());
        assertEquals(2, settings.frequency);
        assertEquals(List.of("reload"), monitor.calls);
        assertEquals(List.of("save quota"), gwc.calls);
        assertFalse(quota.isBehind(KEY));
    }

    @Test
    void inTheSameDirectoryItIsTakenIntoUseAndNotWritten() {
        Content theirs = content(2);
        Content later = content(3);
        write(3);
        for (int times = 0; times < 2; times++) {
            Applying.run(true, () -> assertArrayEquals(
                    later.bytes(), quota.apply(pending(theirs)).local().content().bytes(), "another edit has followed"));
        }
        assertEquals(3, settings.frequency);
        assertEquals(List.of("store", "stop", "start"), monitor.calls, "once, and nothing is saved");
        assertEquals(List.of(), gwc.calls);
    }

    @Test
    void whatSomebodyElseWroteIsTakenIntoUse() {
        assertFalse(quota.isBehind(KEY));
        write(2);
        assertTrue(quota.isBehind(KEY));
        assertNull(quota.follow());
        assertFalse(quota.isBehind(KEY));
        assertEquals(2, settings.frequency);
        assertNull(quota.follow());
        assertEquals(List.of("store", "stop", "start"), monitor.calls);
    }

    @Test
    void whatWasEditedHereIsToldFirst() {
        settings.frequency = 4;
        assertNotNull(quota.apply(pending(content(2))).problem());
        assertEquals(4, frequency());
        assertFalse(quota.isBehind(KEY), "this node has written it");
    }

    @Test
    void whatIsEditedHereMeanwhileIsNotReadOver() {
        write(2);
        monitor.meanwhile = () -> settings.frequency = 4;
        assertNull(quota.follow());
        assertEquals(4, settings.frequency);
        assertEquals(4, frequency());
    }

    private static Pending pending(Content content) {
        return new Pending(KEY, 1, content, -1, "other", false, 0);
    }

    /** What another node has. */
    private Content content(int frequency) {
        int before = frequency();
        write(frequency);
        Content content = quota.read(KEY).content();
        write(before);
        return content;
    }

    private void write(int frequency) {
        try {
            Files.writeString(
                    data.resolve(DiskQuota.FILE),
                    "<gwcQuotaConfiguration><cacheCleanUpFrequency>" + frequency
                            + "</cacheCleanUpFrequency></gwcQuotaConfiguration>");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int frequency() {
        try {
            return Integer.parseInt(
                    Files.readString(data.resolve(DiskQuota.FILE)).replaceAll("(?s).*<cacheCleanUpFrequency>|<.*", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
