// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChangesTest {
    @TempDir
    Path base;

    private final ManualLater later = new ManualLater();
    private final FakeWatch watch = new FakeWatch();
    private final FakeGate gate = new FakeGate();
    private final List<String> told = new ArrayList<>();
    private Consumer<String> tell = told::add;
    private long clock = 1_000_000;
    private FileChanges changes;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(base.resolve("styles"));
        changes = new FileChanges(new DataDirectory(base.toFile(), new SharedPaths(List.of("data"))), watch, later, gate);
    }

    @Test
    void aFileWrittenAtOnceIsToldAtOnce() throws IOException {
        begin();
        write("styles/a.sld", "<a/>");
        watch.say("styles", "a.sld", "a.sld.123.tmp", "a.xml");
        later.pass(FileChanges.QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld"), told);
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld"), told);
    }

    @Test
    void aFileThatIsBeingWrittenIsToldWhenItIsWhole() throws IOException {
        begin();
        for (int part = 1; part <= 10; part++) {
            write("styles/a.sld", "<a>".repeat(part));
            watch.say("styles", "a.sld");
            later.pass(FileChanges.QUIET_MILLIS - 1);
        }
        assertEquals(List.of(), told);
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld"), told);
        write("styles/a.sld", "more");
        watch.say("styles", "a.sld");
        later.pass(FileChanges.QUIET_MILLIS);
        assertEquals(2, told.size());
    }

    /** An edit of one layer may write the settings of a hundred groups that show it. */
    @Test
    void filesThatAnEditWritesAreLookedAtTogetherWhenItIsOver() throws IOException {
        begin();
        int before = later.waiting();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            write("styles/" + i + ".sld", "<a/>");
            names.add(i + ".sld");
        }
        watch.say("styles", names.subList(0, 50).toArray(String[]::new));
        gate.edit = () -> watch.say("styles", names.subList(50, 100).toArray(String[]::new));
        later.pass(0);
        assertEquals(before + 1, later.waiting());
        assertEquals(List.of(), told);
        later.pass(FileChanges.QUIET_MILLIS);
        assertEquals(100, told.size());
    }

    @Test
    void whatOneFileDoesKeepsNoOtherFromBeingTold() throws IOException {
        begin();
        tell = path -> {
            told.add(path);
            if (told.size() == 1) {
                throw new IllegalStateException("the first one cannot be noted");
            }
        };
        write("styles/a.sld", "<a/>");
        write("styles/b.sld", "<b/>");
        watch.say("styles", "a.sld", "b.sld");
        assertThrows(IllegalStateException.class, () -> later.pass(FileChanges.QUIET_MILLIS));
        later.pass(FileChanges.SCAN_MILLIS + FileChanges.QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld", "styles/b.sld"), told.stream().distinct().sorted().toList());
    }

    @Test
    void anEmptyFileIsOneThatIsAboutToBeWritten() throws IOException {
        begin();
        write("styles/a.sld", "");
        watch.say("styles", "a.sld");
        later.pass(FileChanges.EMPTY_MILLIS - 1);
        write("styles/a.sld", "<a/>");
        watch.say("styles", "a.sld");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld"), told);
        write("styles/empty.sld", "");
        watch.say("styles", "empty.sld");
        later.pass(FileChanges.EMPTY_MILLIS);
        assertEquals(List.of("styles/a.sld", "styles/empty.sld"), told);
    }

    @Test
    void aRemovedFileIsToldWhenItDoesNotComeBack() throws IOException {
        write("styles/a.sld", "<a/>");
        write("styles/b.sld", "<b/>");
        begin("styles/a.sld", "styles/b.sld");
        Files.delete(base.resolve("styles/a.sld"));
        Files.delete(base.resolve("styles/b.sld"));
        watch.say("styles", "a.sld", "b.sld");
        later.pass(FileChanges.MISSING_MILLIS - 1);
        write("styles/b.sld", "<b>anew</b>");
        watch.say("styles", "b.sld");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld", "styles/b.sld"), told.stream().sorted().toList());
        assertEquals(true, changes.isKnown("styles/a.sld", null));
        assertEquals(false, changes.isKnown("styles/b.sld", null));
    }

    @Test
    void whatWasNeverThereIsNotRemoved() throws IOException {
        begin();
        watch.say("styles", "a.sld", "folder");
        later.pass(FileChanges.SCAN_MILLIS);
        assertEquals(List.of(), told);
    }

    @Test
    void aFolderIsAllThatIsInIt() throws IOException {
        begin();
        write("styles/icons/a.png", "a");
        write("styles/icons/deep/b.png", "b");
        watch.say("styles", "icons/a.png", "icons/deep/b.png");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/icons/a.png", "styles/icons/deep/b.png"), told.stream().sorted().toList());
        told.clear();
        Files.move(base.resolve("styles/icons"), base.resolve("styles/symbols"));
        watch.say("styles", "icons", "symbols/a.png", "symbols/deep/b.png");
        later.pass(2 * FileChanges.MAX_QUIET_MILLIS);
        assertEquals(
                List.of("styles/icons/a.png", "styles/icons/deep/b.png", "styles/symbols/a.png", "styles/symbols/deep/b.png"),
                told.stream().sorted().toList());
    }

    @Test
    void lostNotificationsAreMadeUpFor() throws IOException {
        write("styles/a.sld", "<a/>");
        write("styles/same.sld", "<a/>");
        write("styles/gone.sld", "<a/>");
        begin("styles/a.sld", "styles/same.sld", "styles/gone.sld");
        write("styles/a.sld", "<b/>");
        write("styles/new.sld", "<c/>");
        Files.delete(base.resolve("styles/gone.sld"));
        watch.say("styles");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld", "styles/gone.sld", "styles/new.sld"), told.stream().sorted().toList());
    }

    @Test
    void whatNobodyNotifiesOfIsFoundFromTimeToTime() throws IOException {
        begin();
        write("styles/a.sld", "<a/>");
        later.pass(FileChanges.SCAN_MILLIS + FileChanges.QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld"), told);
    }

    @Test
    void withoutNotificationsItIsFoundSooner() throws IOException {
        watch.refusing = true;
        begin();
        write("styles/a.sld", "<a/>");
        later.pass(FileChanges.SCAN_WITHOUT_NOTIFICATIONS_MILLIS + FileChanges.QUIET_MILLIS);
        assertEquals(List.of("styles/a.sld"), told);
    }

    /** A disk that is gone for a while must not empty those of all others. */
    @Test
    void whenTheWholeFolderIsGoneNothingWasRemoved() throws IOException {
        write("styles/a.sld", "<a/>");
        begin("styles/a.sld");
        Files.move(base.resolve("styles"), base.resolve("elsewhere"));
        watch.say("styles", "a.sld", "");
        later.pass(2 * FileChanges.SCAN_MILLIS);
        assertEquals(List.of(), told);
    }

    @Test
    void whatGeoServerMakesOutOfAnotherStyleIsNotTold() throws IOException {
        begin();
        write("styles/a.css", "* { fill: red }");
        write("styles/a.sld", "<a/>");
        watch.say("styles", "a.css", "a.sld");
        later.pass(FileChanges.MAX_QUIET_MILLIS);
        assertEquals(List.of("styles/a.css"), told);
    }

    @Test
    void aLinkOutOfTheDataDirectoryIsNotFollowed(@TempDir Path outside) throws IOException {
        Files.writeString(outside.resolve("secret.sld"), "secret");
        begin();
        Files.createSymbolicLink(base.resolve("styles/link.sld"), outside.resolve("secret.sld"));
        Files.createSymbolicLink(base.resolve("styles/folder"), outside);
        Files.createSymbolicLink(base.resolve("www"), outside);
        write("styles/real.sld", "<a/>");
        Files.createSymbolicLink(base.resolve("styles/inside.sld"), base.resolve("styles/real.sld"));
        watch.say("styles", "link.sld", "folder", "folder/secret.sld", "inside.sld");
        watch.say("www", "secret.sld", "");
        later.pass(2 * FileChanges.SCAN_MILLIS);
        assertEquals(List.of("styles/inside.sld", "styles/real.sld"), told.stream().sorted().toList());
    }

    private void begin(String... known) throws IOException {
        DataDirectory data = new DataDirectory(base.toFile(), new SharedPaths(List.of()));
        for (String path : known) {
            changes.know(path, data.look(path));
        }
        changes.start(path -> tell.accept(path));
        assertEquals(Map.of(), watch.watchers, "who starts does not wait for the watches");
        later.pass(0);
    }

    /** Each at another time, as it is outside of a test that takes no time. */
    private void write(String path, String content) throws IOException {
        Path file = base.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(clock += 1000));
    }
}
