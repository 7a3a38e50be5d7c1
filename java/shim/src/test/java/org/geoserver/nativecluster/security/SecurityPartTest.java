// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geotools.util.logging.Logging;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, each with a keystore of its own. */
class SecurityPartTest {
    @TempDir
    Path here;

    @TempDir
    Path there;

    private final FakeSecurity hereSecurity = new FakeSecurity("here");
    private final FakeSecurity thereSecurity = new FakeSecurity("there");
    private final FakeWatch watch = new FakeWatch();
    private SecurityPart editor;
    private SecurityPart replica;

    @BeforeEach
    void start() throws IOException {
        for (Path node : List.of(here, there)) {
            write(node, "config.xml", "<security><roleServiceName>default</roleServiceName></security>");
            write(node, "role/default/config.xml", """
                    <roleService><className>org.geoserver.security.xml.XMLRoleService</className><fileName>roles.xml</fileName>
                    <adminRoleName>ADMIN</adminRoleName></roleService>""");
            write(node, "role/default/roles.xml", roles("<userRoles username='admin'><roleRef roleID='ADMIN'/></userRoles>"));
            write(node, "usergroup/default/config.xml", """
                    <userGroupService><className>org.geoserver.security.xml.XMLUserGroupService</className>
                    <fileName>users.xml</fileName></userGroupService>""");
            write(node, "usergroup/default/users.xml", users("<user enabled='true' name='admin' password='digest1:abc'/>"));
            write(node, "layers.properties", "#Sat Nov 21 2026\n*.*.r=*\n*.*.w=ADMIN\n");
            write(node, "geoserver.jceks", "keystore of " + node);
            write(node, "masterpw/default/passwd", "master password of " + node);
            write(node, "masterpw.xml", "<masterPassword/>");
            write(node, "masterpw.digest", "digest of " + node);
            write(node, "version.properties", "version=2.6\n");
        }
        editor = new SecurityPart(hereSecurity, here, watch, false);
        replica = new SecurityPart(thereSecurity, there, watch, false);
    }

    /** A test that fails is to leave no thread behind, on which others would fail. */
    @AfterEach
    void stop() {
        editor.destroy();
        replica.destroy();
    }

    // what is the same on all nodes

    @Test
    void datesInCommentsAreNoDifference() throws IOException {
        write(there, "layers.properties", "#Sun Nov 22 2026\n*.*.w = ADMIN\n! comment\n*.*.r=*\n");
        write(there, "version.properties", "version=2.5\n");
        write(there, "usergroup/default/users.xml.bak", "old");
        write(there, "usergroup/default/.users.xml.tmp", "half");
        assertArrayEquals(set(editor), set(replica));
        apply();
        assertEquals(List.of(), thereSecurity.calls);
        assertTrue(text(there, "layers.properties").contains("! comment"), "what says the same is left alone");
    }

    @Test
    void theOrderOfRestRulesIsContent() throws IOException {
        write(here, "rest.properties", "/rest/a;GET=A\n/**;GET=ADMIN\n");
        write(there, "rest.properties", "/**;GET=ADMIN\n/rest/a;GET=A\n");
        assertNotEquals(text(set(editor)), text(set(replica)));
        apply();
        assertEquals("/rest/a;GET=A\n/**;GET=ADMIN\n", text(there, "rest.properties"));
        assertEquals(List.of("rules rest.properties", "forget"), thereSecurity.calls);
    }

    @Test
    void oddCharactersOfRulesSurvive() throws IOException {
        write(here, "layers.properties", "a\\ b\\:\\=\\\\.w=\\u00e4, b\\\\c\\n\n#x\n");
        apply();
        java.util.Properties rules = new java.util.Properties();
        rules.load(Files.newInputStream(there.resolve("layers.properties")));
        assertEquals("\u00e4, b\\c\n", rules.getProperty("a b:=\\.w"));
        assertArrayEquals(set(editor), set(replica));
    }

    @Test
    void keystoreAndMasterPasswordStayUnlessStated() throws IOException {
        String set = text(set(editor));
        assertFalse(set.contains("keystore of") || set.contains("masterpw") || set.contains("digest of"), set);
        write(here, "usergroup/default/users.xml", text(here, "usergroup/default/users.xml") + "\n");
        apply();
        assertEquals("keystore of " + there, text(there, "geoserver.jceks"));

        editor = new SecurityPart(hereSecurity, here, watch, true);
        replica = new SecurityPart(thereSecurity, there, watch, true);
        String user = hereSecurity.lock("crypt1", "default", "secret");
        write(here, "usergroup/default/users.xml", users("<user name='admin' password='" + user + "'/>"));
        thereSecurity.calls.clear();
        apply();
        assertTrue(text(there, "usergroup/default/users.xml").contains(user), "the same keystore opens it");
        assertEquals(List.of("reload", "rewrite"), thereSecurity.calls, "stores are locked with the new keystore on disk");
        assertEquals("keystore of " + here, text(there, "geoserver.jceks"));
        assertEquals("master password of " + here, text(there, "masterpw/default/passwd"));
    }

    // passwords

    @Test
    void whatANodeCanOpenIsLockedWithTheOthersKeystore() throws IOException {
        String user = hereSecurity.lock("crypt1", "default", "grüß & <Gott>");
        String bind = hereSecurity.lock("crypt2", null, "ldap");
        write(here, "usergroup/default/users.xml", users("<user name='admin' password='" + user + "'/>"));
        write(here, "auth/ldap/config.xml", "<ldap><password>" + bind + "</password></ldap>");
        byte[] first = set(editor);
        write(here, "auth/ldap/config.xml",
                "<ldap><password>" + hereSecurity.lock("crypt2", null, "ldap") + "</password></ldap>");
        assertArrayEquals(first, set(editor), "another text of the same password is no difference");
        assertFalse(text(first).contains(user) || text(first).contains(bind));

        apply();

        String users = text(there, "usergroup/default/users.xml");
        String encrypted = users.replaceAll("(?s).*password='([^']*)'.*", "$1");
        assertEquals("grüß & <Gott>", thereSecurity.open("crypt1", "default", encrypted));
        String config = text(there, "auth/ldap/config.xml");
        assertEquals("ldap", thereSecurity.open("crypt2", null, config.replaceAll("</?\\w+>", "")));
        assertArrayEquals(set(editor), set(replica));
        thereSecurity.calls.clear();
        apply();
        assertEquals(List.of(), thereSecurity.calls, "applying it again changes nothing");
    }

    @Test
    void onlyNewPasswordsAreOpenedAndLocked() throws IOException {
        List<String> all = new ArrayList<>(List.of("<user enabled='true' name='admin' password='digest1:abc'/>"));
        for (int i = 0; i < 50; i++) {
            all.add("<user name='u" + i + "' password='" + hereSecurity.lock("crypt1", "default", "secret " + i) + "'/>");
        }
        write(here, "usergroup/default/users.xml", users(String.join("", all)));
        apply();
        String first = text(there, "usergroup/default/users.xml");
        String added = "<user name='one more' password='" + hereSecurity.lock("crypt1", "default", "another") + "'/>";
        write(here, "usergroup/default/users.xml", users(String.join("", all) + added));
        hereSecurity.passwords = 0;
        thereSecurity.passwords = 0;

        apply();

        assertEquals(1, hereSecurity.passwords, "opened to be shared");
        assertEquals(1, thereSecurity.passwords, "locked to be written, and not opened again");
        String second = text(there, "usergroup/default/users.xml");
        for (String password : first.replaceAll("(?s).*?password='([^']*)'", "$1 ").split(" ")) {
            assertTrue(!password.startsWith("crypt1:") || second.contains(password), "it stays as it was written");
        }
    }

    @Test
    void aPasswordThatCannotBeOpenedIsNotPublishedAndTheMessageSaysWhatToDo() throws IOException {
        write(here, "usergroup/default/users.xml",
                users("<user name='admin' password='" + thereSecurity.lock("crypt1", "default", "x") + "'/>"));
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> editor.read(SecurityPart.KEY));
        assertTrue(e.getMessage().contains("security/usergroup/default/users.xml"), e.getMessage());
        assertTrue(e.getMessage().contains("share the keystore"), e.getMessage());
    }

    // one set, or nothing

    @Test
    void usersRolesAndRulesAreReadAnewByThemselvesOtherwiseEverything() throws IOException {
        write(here, "usergroup/default/users.xml", users("<user name='admin' password='digest1:new'/>"));
        write(here, "role/default/roles.xml", text(here, "role/default/roles.xml") + "<!-- -->");
        write(here, "layers.properties", "*.*.r=A\n");
        apply();
        assertEquals(List.of("users default", "roles default", "rules layers.properties", "forget"), thereSecurity.calls);
        thereSecurity.calls.clear();
        write(here, "filter/basic/config.xml", "<basicAuthentication/>");
        Files.delete(here.resolve("layers.properties"));
        apply();
        assertEquals(List.of("reload"), thereSecurity.calls);
        assertFalse(Files.exists(there.resolve("layers.properties")));
        Files.delete(here.resolve("filter/basic/config.xml"));
        apply();
        assertFalse(Files.exists(there.resolve("filter")), "no empty folders are left");
        assertArrayEquals(set(editor), set(replica));
    }

    @Test
    void ifGeoServerCannotReadItThePreviousSetIsPutBack() throws IOException {
        SortedMap<String, byte[]> before = new SecurityFiles(there, true).read().files();
        write(here, "filter/basic/config.xml", "<broken/>");
        write(here, "layers.properties", "*.*.r=A\n");
        thereSecurity.failure = () ->
                Files.exists(there.resolve("filter/basic/config.xml")) ? new IllegalStateException("no such filter") : null;
        Applied applied = tryToApply(editor.read(SecurityPart.KEY).content());
        assertTrue(applied.problem().contains("no such filter"), applied.problem());
        assertEquals(List.of("reload", "reload"), thereSecurity.calls);
        SortedMap<String, byte[]> after = new SecurityFiles(there, true).read().files();
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }

    @Test
    void theAdministratorIsNeverLockedOut() throws IOException {
        String own = text(there, "usergroup/default/users.xml");
        for (String users : List.of(
                users(""),
                users("<user enabled='false' name='admin' password='digest1:abc'/>"),
                users("<user enabled='true' name='somebody' password='digest1:abc'/>"),
                "<cut off")) {
            write(here, "usergroup/default/users.xml", users);
            Applied applied = tryToApply(editor.read(SecurityPart.KEY).content());
            assertTrue(applied.problem().contains("stays as it is here"), applied.problem());
            assertTrue(
                    !users.startsWith("<cut") || applied.problem().contains("users.xml, line 1, column 9, is no XML"),
                    applied.problem());
            assertEquals(own, text(there, "usergroup/default/users.xml"));
        }
        write(here, "usergroup/default/users.xml", own);
        Files.delete(here.resolve("role/default/roles.xml"));
        assertTrue(tryToApply(editor.read(SecurityPart.KEY).content()).problem().contains("has no roles"));
        Files.delete(here.resolve("role/default/config.xml"));
        assertTrue(tryToApply(editor.read(SecurityPart.KEY).content()).problem().contains("active role service"));
        SortedMap<String, byte[]> nothing = new TreeMap<>();
        assertTrue(tryToApply(new Content(SecuritySet.pack(nothing), 0)).problem().contains("config.xml"));
        assertEquals(List.of(), thereSecurity.calls);
    }

    @Test
    void administratorsByGroupsOrFromElsewhereAreAdministrators() throws IOException {
        write(here, "role/default/roles.xml", roles("<groupRoles groupname='staff'><roleRef roleID='ADMIN'/></groupRoles>"));
        write(here, "usergroup/default/users.xml", users("<user enabled='true' name='ada' password='digest1:abc'/>")
                .replace("<groups/>", "<groups><group name='staff' enabled='true'><member username='ada'/></group></groups>"));
        apply();
        write(here, "usergroup/default/config.xml", "<userGroupService><className>org.example.Jdbc</className></userGroupService>");
        Files.delete(here.resolve("usergroup/default/users.xml"));
        apply();
        assertArrayEquals(set(editor), set(replica));
    }

    @Test
    void nothingOutsideTheSetIsWritten() throws IOException {
        for (String name : List.of("../outside.xml", "masterpw.digest", "geoserver.jceks", "a/../../x.xml", ".hidden")) {
            SortedMap<String, byte[]> files = new SecurityFiles(here, false).read().files();
            files.put(name, "x".getBytes(StandardCharsets.UTF_8));
            assertTrue(tryToApply(new Content(SecuritySet.pack(files), 0)).problem().contains("no shared file"), name);
        }
        assertEquals("digest of " + there, text(there, "masterpw.digest"));
        assertTrue(tryToApply(new Content(new byte[] {9, 0, 0, 0, 0}, 0)).problem().contains("newer version"));
        assertTrue(replica.apply(new Pending(SecurityPart.KEY, 1, null, -1, "n", false, 0)).problem().contains("removed"));
    }

    @Test
    void aNodeThatStopsHalfwayFinishesWhenItStarts() throws IOException {
        SortedMap<String, byte[]> files = new SecurityFiles(there, false).read().files();
        files.put("layers.properties", "*.*.r=A\n".getBytes(StandardCharsets.UTF_8));
        files.remove("usergroup/default/config.xml");
        Files.write(there.resolve(".gs-native-cluster-set"), SecuritySet.pack(files));
        replica.start(key -> {});
        assertEquals("*.*.r=A\n", text(there, "layers.properties"));
        assertFalse(Files.exists(there.resolve("usergroup/default/config.xml")));
        assertTrue(Files.exists(there.resolve("geoserver.jceks")), "what stays per node is no part of it");
        assertFalse(Files.exists(there.resolve(".gs-native-cluster-set")));
        assertEquals(List.of("reload"), thereSecurity.calls);
    }

    @Test
    void ofAnotherNodeWithTheSameDirectoryNothingIsWritten() throws IOException {
        Content content = editor.read(SecurityPart.KEY).content();
        write(there, "layers.properties", "*.*.r=OTHER\n");
        assertNull(replica.apply(new Pending(SecurityPart.KEY, 1, content, -1, "n", true, 0)).problem());
        assertEquals("*.*.r=OTHER\n", text(there, "layers.properties"));
        assertEquals(List.of("reload"), thereSecurity.calls);
    }

    @Test
    void whatIsChangedInTheFilesByOthersIsReadAnewWhenNobodyEdits() throws IOException, InterruptedException {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        hereSecurity.heard = calls::add;
        editor.start(key -> {});
        write(here, "layers.properties", "*.*.r=OTHER\n");
        write(here, "usergroup/default/users.xml", users("<user enabled='true' name='admin' password='digest1:new'/>"));
        watch.changed.accept(List.of("layers.properties", "usergroup/default/users.xml"));
        assertEquals("users default", calls.poll(60, TimeUnit.SECONDS));
        assertEquals("forget", calls.poll(60, TimeUnit.SECONDS));
        assertEquals("nobody edits", calls.poll(60, TimeUnit.SECONDS), "somebody may be about to store a rule");
        assertEquals("rules layers.properties", calls.poll(60, TimeUnit.SECONDS));
        editor.destroy();
    }

    /** GeoServer remembers at the end of a request who asked, with the roles of its beginning. */
    @Test
    void whoAskedWhileAChangeWasAppliedIsForgottenAfterwards() throws IOException, InterruptedException {
        replica.start(key -> {});
        write(here, "usergroup/default/users.xml", users("<user enabled='true' name='admin' password='digest1:new'/>"));
        apply();
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        thereSecurity.heard = calls::add;
        watch.changed.accept(List.of("usergroup/default/users.xml"));
        assertEquals("forget", calls.poll(60, TimeUnit.SECONDS), "and nothing is read twice");
        replica.destroy();
    }

    /** GeoServer takes a user service for locked by somebody else if there is one. */
    @Test
    void filesByWhichGeoServerLocksAreNotShared() throws IOException {
        byte[] before = set(editor);
        write(here, "usergroup/default/users.xml.lock", "#Locking info");
        assertArrayEquals(before, set(editor));
    }

    /** Told faster than that nothing happens for a while, which a busy machine may need a few attempts for. */
    @Test
    void theFilesOfOneEditAreOneChange() throws InterruptedException {
        boolean once = false;
        for (int attempt = 0; attempt < 100 && !once; attempt++) {
            once = isToldOnce();
        }
        assertTrue(once, "never fast enough");
    }

    /** False if it took so long to tell of all files that it may count as several edits. */
    private boolean isToldOnce() throws InterruptedException {
        BlockingQueue<String> changed = new LinkedBlockingQueue<>();
        SecurityPart part = new SecurityPart(hereSecurity, here, watch, false);
        part.start(changed::add);
        try {
            long start = System.nanoTime();
            // few, for on a busy machine many take longer than the quiet that is waited for, in any attempt
            for (int i = 0; i < 3; i++) {
                watch.changed.accept(List.of("usergroup/default/users.xml"));
            }
            boolean fast = System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(SecurityPart.QUIET_MILLIS);
            assertEquals(SecurityPart.KEY, changed.poll(60, TimeUnit.SECONDS));
            if (fast) {
                assertNull(changed.poll(), "once");
                watch.changed.accept(List.of("role/default/roles.xml"));
                assertEquals(SecurityPart.KEY, changed.poll(60, TimeUnit.SECONDS));
            }
            return fast;
        } finally {
            part.destroy();
            watch.changed.accept(List.of("role/default/roles.xml"));
        }
    }

    /** A system gives all processes of a user 128 watchers: nothing else of this node must depend on one. */
    @Test
    void withoutNotificationsChangesAreFoundByLooking() throws IOException, InterruptedException {
        editor = new SecurityPart(hereSecurity, here, (root, excluded, changed) -> {
            throw new ClusterException("IO", "the system allows no more watchers");
        }, false);
        BlockingQueue<String> changed = new LinkedBlockingQueue<>();
        editor.start(changed::add);
        write(here, "layers.properties", "*.*.r=OTHER\n");
        assertEquals(SecurityPart.KEY, changed.poll(60, TimeUnit.SECONDS));
        write(here, "layers.properties", "*.*.r=ANOTHER\n");
        assertEquals(SecurityPart.KEY, changed.poll(60, TimeUnit.SECONDS));
        editor.destroy();
    }

    @Test
    void rulesThatGeoServerMakesWhenItFirstNeedsThemAreMadeBeforeAnythingIsTold() throws IOException {
        byte[] with = set(editor);
        Files.delete(here.resolve("layers.properties"));
        hereSecurity.makesRules = () -> {
            try {
                write(here, "layers.properties", "*.*.r=*\n*.*.w=ADMIN\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        editor.start(key -> {});
        assertArrayEquals(with, set(editor));
        editor.destroy();
    }

    @Test
    void usersOfOnesOwnAreMoreThanGeoServerBeginsWith() throws IOException {
        assertTrue(editor.isPristine());
        write(here, "usergroup/default/users.xml", users("<user name='admin' password='x'/><user name='ada' password='x'/>"));
        assertFalse(editor.isPristine());
    }

    @Test
    void whileThereIsNoConfigurationNothingIsSaid() throws IOException, InterruptedException {
        BlockingQueue<String> changed = new LinkedBlockingQueue<>();
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        hereSecurity.heard = calls::add;
        editor.start(changed::add);
        watch.changed.accept(List.of("config.xml"));
        assertEquals(SecurityPart.KEY, changed.poll(60, TimeUnit.SECONDS));
        Files.delete(here.resolve("config.xml"));
        List<LogRecord> logged = logged(() -> {
            assertNull(editor.read(SecurityPart.KEY));
            assertNull(editor.read(SecurityPart.KEY));
        });
        assertEquals(1, logged.size(), "once");
        assertEquals("forget", calls.poll(60, TimeUnit.SECONDS), "long after it would have been told again");
        assertNull(changed.poll(), "it is asked for again only when something happens");
    }

    @Test
    void aLinkToTheFolderIsFollowed() throws IOException {
        Path link = Files.createSymbolicLink(there.resolve("../link-" + there.getFileName()), here);
        byte[] before = set(editor);
        editor = new SecurityPart(hereSecurity, link, watch, false);
        try {
            assertArrayEquals(before, set(editor));
            write(there, "layers.properties", "*.*.r=A\n");
            assertNull(editor.apply(new Pending(SecurityPart.KEY, 1, replica.read(SecurityPart.KEY).content(), -1, "n", false, 0)).problem());
            assertEquals("*.*.r=A\n", text(here, "layers.properties"));
            assertEquals(List.of("rules layers.properties", "forget"), hereSecurity.calls, "nothing else is written");
        } finally {
            Files.delete(link);
        }
    }

    /** Not even by what others have: it would undo what was edited here, which they know nothing of. */
    @Test
    void whatIsTooLargeIsSaidAndStaysAsItIs() throws IOException {
        Content other = replica.read(SecurityPart.KEY).content();
        String users = users("<user enabled='true' name='admin' password='" + "x".repeat(5 << 20) + "'/>");
        write(here, "usergroup/default/users.xml", users);
        List<LogRecord> logged = logged(() -> {
            for (int i = 0; i < 2; i++) {
                IllegalStateException e = assertThrows(IllegalStateException.class, () -> editor.read(SecurityPart.KEY));
                assertTrue(e.getMessage().contains("at most " + SharedObjects.MAX_CONTENT_BYTES), e.getMessage());
            }
        });
        assertEquals(1, logged.size(), "once");
        assertEquals(Level.SEVERE, logged.get(0).getLevel());
        assertTrue(logged.get(0).getMessage().contains("LDAP"), logged.get(0).getMessage());
        String problem = editor.apply(new Pending(SecurityPart.KEY, 1, other, -1, "n", false, 0)).problem();
        assertTrue(problem.contains("LDAP"), problem);
        assertEquals(users, text(here, "usergroup/default/users.xml"));
        write(here, "usergroup/default/users.xml", users(""));
        assertNotNull(editor.read(SecurityPart.KEY));
        assertNull(editor.apply(new Pending(SecurityPart.KEY, 1, other, -1, "n", false, 0)).problem());
    }

    private static List<LogRecord> logged(Runnable action) {
        Logger logger = Logging.getLogger(SecurityPart.class);
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
        }
        return records;
    }

    private void apply() {
        assertNull(tryToApply(editor.read(SecurityPart.KEY).content()).problem());
    }

    private Applied tryToApply(Content content) {
        return replica.apply(new Pending(SecurityPart.KEY, 1, content, -1, "n", false, 0));
    }

    private static byte[] set(SecurityPart part) {
        return part.read(SecurityPart.KEY).content().bytes();
    }

    private static String roles(String entries) {
        return "<roleRegistry xmlns='http://www.geoserver.org/security/roles'><userList>" + entries + "</userList></roleRegistry>";
    }

    private static String users(String entries) {
        return "<userRegistry xmlns='http://www.geoserver.org/security/users'><users>" + entries + "</users><groups/></userRegistry>";
    }

    private static void write(Path node, String name, String text) throws IOException {
        Path file = node.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String text(Path node, String name) throws IOException {
        return Files.readString(node.resolve(name));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static final class FakeWatch implements FileWatch {
        private Consumer<List<String>> changed;

        @Override
        public void watch(Path root, List<String> excluded, Consumer<List<String>> listener) {
            changed = listener;
        }
    }
}
