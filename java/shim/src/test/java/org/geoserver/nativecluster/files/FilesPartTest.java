// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FilesPartTest {
    @TempDir
    Path folder;

    private final ManualLater later = new ManualLater();
    private final Later fetcher = Later.thread("fetch");
    private final FakeShared shared = new FakeShared();
    private final FakeCatalog catalog = new FakeCatalog();
    private final FakeWatch watch = new FakeWatch();
    private final List<String> cleared = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Path base;
    private FilesPart part;

    @BeforeEach
    void start() throws IOException {
        base = Files.createDirectories(folder.resolve("data"));
        write("styles/a.sld", "<a/>");
        write("workspaces/topp/workspace.xml", "<workspace/>");
        part = new FilesPart(
                shared.shared(),
                watch,
                new DataDirectory(base.toFile(), new SharedPaths(List.of())),
                catalog.catalog(),
                new FakeGate(),
                folder.resolve("state"),
                cleared::addAll,
                later,
                fetcher,
                later);
        part.start(told::add);
        later.pass(0);
    }

    @AfterEach
    void stop() {
        shared.turn.countDown();
        part.destroy();
    }

    @Test
    void tellsTheSharedFilesThatAreHere() throws IOException {
        write("styles/a.sld.bak", "old");
        write("global.xml", "<global/>");
        assertEquals(Map.of("file/styles/a.sld", base.resolve("styles/a.sld")), snapshot());
        assertEquals(List.of("styles/a.sld"), part.files());
        assertEquals(Local.of(base.resolve("styles/a.sld")), part.read("file/styles/a.sld"));
        assertNull(part.read("file/styles/b.sld"));
        assertNull(part.read("file/global.xml"));
    }

    /** What is missing was not removed, unless it was seen to be removed. */
    @Test
    void tellsWhatWasRemoved() throws IOException {
        snapshot();
        Files.delete(base.resolve("styles/a.sld"));
        assertNull(part.read("file/styles/none.sld"));
        watch.say("styles", "a.sld");
        later.pass(FileChanges.MISSING_MILLIS);
        assertEquals(List.of("file/styles/a.sld"), told);
        assertEquals(Local.NOTHING, part.read("file/styles/a.sld"));
        assertNull(part.read("file/styles/a.sld"));
    }

    /** The edit was read when the file was gone: that it was removed was not told any more. */
    @Test
    void tellsWhatWasRemovedRightAfterItWasChanged() throws IOException {
        snapshot();
        Files.writeString(base.resolve("styles/a.sld"), "<edited/>");
        watch.say("styles", "a.sld");
        later.pass(FileChanges.QUIET_MILLIS);
        Files.delete(base.resolve("styles/a.sld"));
        assertNull(part.read("file/styles/a.sld"));
        watch.say("styles", "a.sld");
        later.pass(FileChanges.MISSING_MILLIS);
        assertEquals(List.of("file/styles/a.sld", "file/styles/a.sld"), told);
        assertEquals(Local.NOTHING, part.read("file/styles/a.sld"));
    }

    /** A comparison finds it missing before it is told as removed. */
    @Test
    void whatIsBeingRemovedIsNotPutBack() throws IOException {
        snapshot();
        Files.delete(base.resolve("styles/a.sld"));
        snapshot();
        Pending pending = shared.file("styles/a.sld", "<a/>");
        assertNotNull(part.apply(pending).problem());
        later.pass(FileChanges.MISSING_MILLIS);
        assertEquals(List.of("file/styles/a.sld"), told);
        assertFalse(Files.exists(base.resolve("styles/a.sld")));
        assertEquals(Local.NOTHING, part.read("file/styles/a.sld"));
    }

    @Test
    void whatGeoServerKeepsOfAFileIsClearedWhereItIsReplacedToo() throws IOException {
        snapshot();
        write("styles/icon.png", "another");
        watch.say("styles", "icon.png");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("file/styles/icon.png"), told);
        assertEquals("styles/icon.png", cleared.get(0));
    }

    @Test
    void aVersionThatIsRestoredComesWithItsContent() throws IOException {
        snapshot();
        Content content = new Content("lost".getBytes(StandardCharsets.UTF_8), 0);
        Pending restored = new Pending("file/styles/a.sld", 0, content, -1, "other", false, 0);
        assertEquals(Applied.as(Local.of(base.resolve("styles/a.sld"))), part.apply(restored));
        assertEquals("lost", Files.readString(base.resolve("styles/a.sld")));
        assertEquals(0, shared.fetches);
        assertEquals(List.of(), leftOver());
    }

    @Test
    void putsAFileInPlaceAndClearsWhatWasMadeOfIt() throws IOException {
        snapshot();
        Pending pending = shared.file("styles/a.sld", "<b/>");
        assertNull(part.prepare(pending));
        assertEquals("<a/>", Files.readString(base.resolve("styles/a.sld")));
        assertEquals(Applied.as(Local.of(base.resolve("styles/a.sld"))), part.apply(pending));
        assertEquals("<b/>", Files.readString(base.resolve("styles/a.sld")));
        assertEquals(1, shared.fetches);
        assertEquals(List.of(), cleared);
        part.settle();
        assertEquals(List.of("styles/a.sld"), cleared);
        // a map that was being drawn may have put the old one into the cache again
        later.pass(1_000);
        assertEquals(List.of("styles/a.sld", "styles/a.sld"), cleared);
        part.settle();
        assertEquals(2, cleared.size());
    }

    /** GeoServer uses the SLD if it is the newer file, and dates on two nodes say nothing of which version is. */
    @Test
    void whatGeoServerMadeOfAnEarlierVersionIsNotUsed() throws IOException {
        write("styles/own.sld", "<own/>");
        for (String generator : List.of("css", "json", "mbstyle")) {
            Path source = base.resolve("workspaces/topp/styles/" + generator + "." + generator);
            Path made = base.resolve("workspaces/topp/styles/" + generator + ".sld");
            write("workspaces/topp/styles/" + source.getFileName(), "old");
            snapshot();
            make(made);
            assertNull(part.apply(shared.file("workspaces/topp/styles/" + source.getFileName(), "new")).problem());
            assertFalse(isNewer(made, source), generator);
            // by a request that had read the earlier version
            make(made);
            later.pass(1_000);
            assertFalse(isNewer(made, source), generator);
        }
        make(base.resolve("styles/own.sld"));
        assertNull(part.apply(shared.file("styles/own.svg", "graphic")).problem());
        assertTrue(isNewer(base.resolve("styles/own.sld"), base.resolve("styles/own.svg")), "it is no style's");
    }

    private static void make(Path sld) throws IOException {
        Files.writeString(sld, "<made/>");
        Files.setLastModifiedTime(sld, FileTime.fromMillis(System.currentTimeMillis() + 300_000));
    }

    private static boolean isNewer(Path made, Path source) throws IOException {
        return Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(source)) > 0;
    }

    @Test
    void appliesTwiceAndWithoutPreparation() throws IOException {
        Pending pending = shared.file("styles/new/icon.png", "png");
        assertNull(part.apply(pending).problem());
        assertNull(part.apply(pending).problem());
        assertEquals("png", Files.readString(base.resolve("styles/new/icon.png")));
        assertEquals(List.of(), leftOver());
    }

    /** On a read-only node the cluster's versions are pending then: nothing of them depends on what was edited here. */
    @Test
    void whatWasEditedOrMovedHereIsUndoneByTheClustersVersions() throws IOException {
        snapshot();
        Files.move(base.resolve("styles/a.sld"), base.resolve("styles/moved.sld"));
        write("styles/icon.png", "edited");
        watch.say("styles", "a.sld", "moved.sld", "icon.png");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        told.forEach(part::read);
        assertEquals(3, told.size(), told.toString());

        assertNull(part.apply(shared.file("styles/a.sld", "<a/>")).problem());
        assertNull(part.apply(shared.file("styles/icon.png", "png")).problem());
        assertEquals(Local.NOTHING, part.apply(FakeShared.removal("styles/moved.sld")).local());
        assertEquals("<a/>", Files.readString(base.resolve("styles/a.sld")));
        assertEquals("png", Files.readString(base.resolve("styles/icon.png")));
        assertTrue(Files.notExists(base.resolve("styles/moved.sld")));
    }

    @Test
    void removesAFile() throws IOException {
        snapshot();
        assertEquals(Applied.as(Local.NOTHING), part.apply(FakeShared.removal("styles/a.sld")));
        assertFalse(Files.exists(base.resolve("styles/a.sld")));
        assertEquals(Applied.as(Local.NOTHING), part.apply(FakeShared.removal("styles/a.sld")));
        assertEquals(Applied.as(Local.NOTHING), part.apply(FakeShared.removal("styles/none/at/all.png")));
        later.pass(FileChanges.SCAN_MILLIS);
        assertEquals(List.of(), told);
    }

    @Test
    void ofASharedDirectoryOnlyTheCachesAreCleared() throws IOException {
        Pending pending = shared.ofSameDirectory("styles/a.sld", "<b/>");
        assertNull(part.prepare(pending));
        assertEquals(Applied.as(Local.of(base.resolve("styles/a.sld"))), part.apply(pending));
        part.settle();
        assertEquals("<a/>", Files.readString(base.resolve("styles/a.sld")));
        assertEquals(0, shared.fetches);
        assertEquals(List.of("styles/a.sld"), cleared);
    }

    @Test
    void whatNobodyHasIsAskedForAgain() {
        Pending pending = new Pending("file/styles/b.sld", 1, null, 4, "other", false, 0);
        assertNotNull(part.prepare(pending));
        assertNotNull(part.apply(pending).problem());
        shared.file("styles/b.sld", "<b/>");
        assertNull(part.apply(pending).problem());
    }

    /** All else that is to be applied does not wait for it. */
    @Test
    void aLargeFileIsFetchedAside() throws IOException {
        snapshot();
        shared.file("styles/large.png", "large");
        Pending pending = new Pending("file/styles/large.png", 1, null, FileChanges.LARGE_BYTES, "other", false, 0);
        assertTrue(part.prepare(pending).contains("16 MB"));
        assertNotNull(part.prepare(pending));
        assertEquals(0, shared.fetches);
        later.pass(1);
        assertNull(part.prepare(pending));
        assertNull(part.apply(pending).problem());
        assertEquals(1, shared.fetches);
        Pending lost = new Pending("file/styles/lost.png", 1, null, FileChanges.LARGE_BYTES, "other", false, 0);
        part.prepare(lost);
        later.pass(1);
        assertTrue(part.prepare(lost).contains("No member"));
        later.pass(1);
        assertEquals(List.of(), leftOver());
    }

    /** A graphic is here before the style that shows it. */
    @Test
    void aFileThatIsNotLargeIsWaitedFor() throws IOException {
        snapshot();
        Pending pending = shared.medium("styles/icon.png", "icon");
        part.coming(List.of(pending));
        assertNull(part.prepare(pending));
        assertNull(part.apply(pending).problem());
        assertEquals("icon", Files.readString(base.resolve("styles/icon.png")));
    }

    /** As long as a member serves others, one who waits for it would publish nothing, and apply nothing. */
    @Test
    void aFileThatIsNotLargeIsNotWaitedForLong() throws IOException {
        snapshot();
        later.pass(Incoming.START_MILLIS);
        shared.turn = new CountDownLatch(1);
        Pending first = shared.medium("styles/first.png", "first");
        Pending second = shared.medium("styles/second.png", "second");
        part.coming(List.of(first, second));
        Executable both = () -> {
            assertTrue(part.prepare(first).contains("2 MB"));
            assertTrue(part.prepare(second).contains("2 MB"));
        };
        assertTimeoutPreemptively(Duration.ofSeconds(60), both);
        assertNull(part.apply(shared.file("styles/a.sld", "<b/>")).problem(), "what travels with its entry");
    }

    @Test
    void aNewerVersionTakesThePlaceOfOneThatWasFetched() throws IOException {
        snapshot();
        Pending first = shared.file("styles/a.sld", "<b/>");
        assertNull(part.prepare(first));
        shared.file("styles/a.sld", "<c/>");
        Pending second = new Pending("file/styles/a.sld", 7, null, 4, "other", false, 0);
        assertNull(part.prepare(second));
        assertNull(part.apply(second).problem());
        assertEquals("<c/>", Files.readString(base.resolve("styles/a.sld")));
        assertEquals(List.of(), leftOver());
    }

    /** Otherwise the edit would be lost without anybody having seen it. */
    @Test
    void whatWasJustChangedHereIsPublishedFirst() throws IOException {
        snapshot();
        Files.writeString(base.resolve("styles/a.sld"), "<edited by hand/>");
        Pending pending = shared.file("styles/a.sld", "<b/>");
        assertNotNull(part.apply(pending).problem());
        assertEquals("<edited by hand/>", Files.readString(base.resolve("styles/a.sld")));
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("file/styles/a.sld"), told);
        part.read("file/styles/a.sld");
        assertNull(part.apply(pending).problem());
    }

    @Test
    void nothingIsWrittenOutsideOfWhatIsShared(@TempDir Path outside) throws IOException {
        for (String path : List.of("../evil", "styles/../../evil", "/tmp/evil", "global.xml", "security/users.xml", "data/a.shp")) {
            assertNotNull(part.apply(shared.file(path, "evil")).problem(), path);
        }
        Files.createSymbolicLink(base.resolve("www"), outside);
        Files.createSymbolicLink(base.resolve("styles/link"), outside);
        assertNotNull(part.apply(shared.file("www/evil.html", "evil")).problem());
        assertNotNull(part.apply(shared.file("styles/link/deep/evil.png", "evil")).problem());
        Files.writeString(outside.resolve("kept.png"), "kept");
        assertNotNull(part.apply(FakeShared.removal("styles/link/kept.png")).problem());
        assertTrue(Files.exists(outside.resolve("kept.png")));
        assertEquals(1, outside.toFile().list().length);
        assertFalse(Files.exists(folder.resolve("evil")));
    }

    @Test
    void aLinkIsReplacedAndNotWhatItLeadsTo(@TempDir Path outside) throws IOException {
        Files.writeString(outside.resolve("target.sld"), "kept");
        Files.createSymbolicLink(base.resolve("styles/link.sld"), outside.resolve("target.sld"));
        assertNull(part.apply(shared.file("styles/link.sld", "<b/>")).problem());
        assertEquals("kept", Files.readString(outside.resolve("target.sld")));
        assertEquals("<b/>", Files.readString(base.resolve("styles/link.sld")));
    }

    @Test
    void aFolderInTheWayIsAProblemAndNotRemoved() throws IOException {
        write("styles/a/b.png", "b");
        assertNotNull(part.apply(shared.file("styles/a", "file")).problem());
        assertNotNull(part.apply(FakeShared.removal("styles/a")).problem());
        assertTrue(Files.exists(base.resolve("styles/a/b.png")));
    }

    /** A folder that is there before its workspace keeps GeoServer from renaming another to it. */
    @Test
    void aFileOfAWorkspaceWaitsForIt() throws IOException {
        Pending style = shared.file("workspaces/new/styles/a.sld", "<a/>");
        Pending template = shared.file("workspaces/topp/store/layer/content.ftl", "ftl");
        assertNotNull(part.apply(style).problem());
        assertNotNull(part.apply(template).problem());
        assertFalse(Files.exists(base.resolve("workspaces/new")));
        Files.createDirectories(base.resolve("workspaces/new"));
        assertNull(part.apply(style).problem());
        // it is no store's folder, or its layer is gone
        later.pass(30_000);
        assertNull(part.apply(template).problem());
        assertEquals(2, shared.fetches);
    }

    @Test
    void whatOthersNeedComesFirst() {
        assertTrue(part.order("file/user_projections/epsg.properties") < 100);
        assertTrue(part.order("file/styles/a.sld") < 200);
        assertTrue(part.order("file/workspaces/topp/styles/a.sld") > 100 && part.order("file/workspaces/topp/styles/a.sld") < 200);
        assertTrue(part.order("file/workspaces/topp/store/layer/a.ftl") > 400);
    }

    @Test
    void whatAnEarlierRunFetchedIsRemoved() throws IOException {
        Files.createDirectories(folder.resolve("state/incoming"));
        Files.writeString(folder.resolve("state/incoming/1-a"), "left over");
        part.start(told::add);
        assertEquals(List.of(), leftOver());
    }

    /** A.8, A.45: the body leaves with its style, and one that is not there does not become an empty file. */
    @Test
    void aSavedStyleBringsItsBody() throws IOException {
        StyleInfo style = catalog.style(null, "a.sld");
        catalog.save(style);
        assertEquals(List.of("file/styles/a.sld"), told);
        catalog.save(catalog.style(null, "missing.sld"));
        catalog.save(catalog.style(null, "../../etc/passwd"));
        Applying.run(() -> catalog.save(style));
        assertEquals(List.of("file/styles/a.sld"), told);
        assertFalse(Files.exists(base.resolve("styles/missing.sld")));
        part.destroy();
        assertEquals(List.of(), catalog.listeners);
    }

    private Map<String, Path> snapshot() {
        Map<String, Path> files = new TreeMap<>();
        part.snapshot(new Snapshot() {
            @Override
            public void object(String key, Content content) {
                throw new AssertionError(key);
            }

            @Override
            public void file(String key, Path file) {
                files.put(key, file);
            }
        });
        return files;
    }

    private List<String> leftOver() {
        return List.of(folder.resolve("state/incoming").toFile().list());
    }

    private void write(String path, String content) throws IOException {
        Path file = base.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    }
}
