// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.Folders;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Suite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** One node with a catalog, and another one with another, which is to join it in each way there is. */
@Order(29)
class JoinTest extends ActiveCase {
    private static final String OURS = "rest/workspaces/ours.xml";
    private static final String THEIRS = "rest/workspaces/theirs.xml";
    private static final String BOTH = "rest/workspaces/both/styles/same.sld";
    private static final String THEIR_COLOUR = "#0a0b0c";

    private static ActiveNodes pair;
    private static Rest first;
    private static Rest second;
    private static Path secondsOwn;

    /** Starts the second node with what it had before it knew of a cluster. */
    private static void startSecond(String policy) throws Exception {
        Node node = second.node();
        if (node.isRunning()) {
            node.stop();
        }
        Folders.delete(node.data());
        copy(secondsOwn, node.data());
        node.with(ActiveNodes.ACTIVE, "true").with(ActiveNodes.JOIN, policy);
        // a new node, as far as the cluster is concerned
        Folders.delete(stateDirectory());
        node.start();
        node.awaitUp();
        ModuleLine.awaitNodes(2, first.node(), node);
    }

    private static Path stateDirectory() {
        return pair.folder().resolve("state-of-second");
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Test
    @Order(1)
    @DisplayName("Off by default: two nodes of one cluster keep their catalogs to themselves, and the module says so")
    void offByDefault() throws Exception {
        pair = Suite.activeNodes("join", false);
        for (String name : new String[] {"First", "Second"}) {
            pair.add(name).with(ActiveNodes.ACTIVE, null);
        }
        first = pair.rest(0);
        second = pair.rest(1);
        second.node().with("geoserver.cluster.state-directory", stateDirectory().toString());
        for (Node node : pair.nodes()) {
            node.start();
        }
        pair.nodes().forEach(Node::awaitUp);
        ModuleLine.awaitNodes(2, first.node(), second.node());
        fill(first, "ours", "#010203");
        fill(second, "theirs", THEIR_COLOUR);
        assertFalse(first.has(THEIRS));
        assertFalse(second.has(OURS));
        assertEquals(503, first.cluster("conflicts").code());
        assertTrue(first.cluster("status").text().contains("\"enabled\": false"));
        second.node().stop();
        secondsOwn = pair.folder().resolve("own-data-of-second");
        copy(second.node().data(), secondsOwn);
        first.node().stop();
    }

    private static void fill(Rest rest, String workspace, String colour) throws Exception {
        rest.workspace(workspace);
        rest.workspace("both");
        rest.style("both", "same", Data.sld(colour));
    }

    @Test
    @Order(2)
    @DisplayName("With the secret that everybody knows, active clustering is refused, and the module says what to set")
    void publicSecret() throws Exception {
        String own = Files.readString(first.node().data().resolve("hazelcast.xml"));
        first.node().configure(pair.network().withSecret("geoserver").listXml());
        first.node().with(ActiveNodes.ACTIVE, "true").start();
        first.node().awaitUp();
        Await.until("the reason", Await.SOON, () -> {
            String message = ModuleLine.of(first.node()).message();
            return message.contains("secret") ? null : message;
        });
        assertTrue(first.cluster("status").text().contains("\"enabled\": false"));
        assertEquals(503, first.cluster("conflicts").code());
        first.node().stop();
        first.node().configure(own);
    }

    @Test
    @Order(3)
    @DisplayName("A node with another catalog stays apart by default, and says how to choose")
    void refuse() throws Exception {
        first.node().with(ActiveNodes.ACTIVE, "true").start();
        first.node().awaitUp();
        startSecond(null);
        Await.until("the choice", Await.SOON, () -> {
            String message = ModuleLine.of(second.node()).message();
            return message.contains(ActiveNodes.JOIN) ? null : message;
        });
        first.workspace("afterrefusal");
        assertTrue(second.has(THEIRS));
        assertFalse(second.has(OURS));
        assertFalse(second.has("rest/workspaces/afterrefusal.xml"));
        assertFalse(first.has(THEIRS));
    }

    @Test
    @Order(4)
    @DisplayName("merge: each has what the other had; of what both had the later one stays, and the other one is a conflict")
    void merge() throws Exception {
        startSecond("merge");
        for (Rest rest : new Rest[] {first, second}) {
            on(rest, "Ours and theirs", any -> any.has(OURS) && any.has(THEIRS));
        }
        Contents.awaitEqual(LONG, first.node(), second.node());
        on(first, "The conflict", any -> any.cluster("conflicts").text().contains("\"id\""));
    }

    @Test
    @Order(5)
    @DisplayName("adopt: the node is as the cluster, and what it had is in a backup")
    void adopt() throws Exception {
        // so that the cluster has it no more, and it could only come back from the second node
        first.deleteWorkspace("theirs");
        on(second, "The removal", any -> !any.has(THEIRS));
        startSecond("adopt");
        Contents.awaitEqual(LONG, first.node(), second.node());
        assertTrue(second.has(OURS));
        assertFalse(second.has(THEIRS));
        assertTrue(backupHasTheirs(), "the backup has the workspace that only this node had");
    }

    private static boolean backupHasTheirs() throws Exception {
        try (Stream<Path> files = Stream.concat(
                Files.walk(second.node().data().getParent()), Files.walk(stateDirectory()))) {
            return files.anyMatch(file -> file.endsWith("workspaces/theirs/workspace.xml")
                    && !file.startsWith(second.node().data().resolve("workspaces"))
                    && !file.startsWith(secondsOwn));
        }
    }

    /** A comparison of everything tells all there is to tell; what is edited after it comes after that. */
    @Test
    @Order(6)
    @DisplayName("Unless told to, nodes do not share security: a user of the first is nobody on the second, which has all else")
    void securityIsEachNodesOwn() throws Exception {
        first.post(
                "security/usergroup/users",
                "<user><userName>ofthefirst</userName><password>Secret-of-the-first-1</password><enabled>true</enabled></user>");
        first.send("POST", "rest/security/usergroup/group/ofthefirst", null, (byte[]) null);
        first.send("POST", "rest/cluster/drift/repair", null, (byte[]) null);
        first.workspace("aftertheuser");
        on(second, "What is edited later", any -> any.has("rest/workspaces/aftertheuser.xml"));
        assertTrue(second.lacks("rest/security/usergroup/users.xml", "ofthefirst"), "the user is on the second");
        assertTrue(second.lacks("rest/security/usergroup/groups.xml", "ofthefirst"), "the group is on the second");
        assertTrue(first.says("rest/security/usergroup/users.xml", "ofthefirst"), "the user is on the first");
    }

    @Test
    @Order(7)
    @DisplayName("Started with its state and an empty data directory, as where one is not mounted, a node takes all and publishes nothing")
    void emptied() throws Exception {
        first.contact("of the cluster");
        first.serviceTitle(null, "wms", "of the cluster");
        on(second, "The settings", JoinTest::hasSettings);
        Contents.awaitEqual(LONG, first.node(), second.node());
        for (String policy : new String[] {null, "merge"}) {
            second.node().stop();
            String own = Files.readString(second.node().data().resolve("hazelcast.xml"));
            Folders.delete(second.node().data());
            Files.createDirectories(second.node().data());
            second.node().configure(own);
            second.node().with(ActiveNodes.JOIN, policy).start();
            second.node().awaitUp();
            ModuleLine.awaitNodes(2, first.node(), second.node());
            on(second, "The settings", JoinTest::hasSettings);
            Contents.awaitEqual(LONG, first.node(), second.node());
            assertTrue(hasSettings(first) && first.has(OURS) && second.has(OURS));
        }
    }

    private static boolean hasSettings(Rest rest) throws Exception {
        return rest.says("rest/settings/contact.xml", "of the cluster")
                && rest.says("rest/services/wms/settings.xml", "of the cluster");
    }

    @Test
    @Order(8)
    @DisplayName("A read-only node takes all changes, and undoes or refuses an edit of its own, visibly")
    void readOnly() throws Exception {
        second.node().stop();
        second.node().with(ActiveNodes.READ_ONLY, "true").start();
        second.node().awaitUp();
        ModuleLine.awaitNodes(2, first.node(), second.node());
        first.workspace("forreaders");
        first.style("forreaders", "style", Data.sld("#112233"));
        on(second, "A change of the other", any -> any.has("rest/workspaces/forreaders/styles/style.sld"));
        for (String[] edit : new String[][] {
            {"PUT", "rest/workspaces/forreaders.xml", "<workspace><name>forbidden</name></workspace>"},
            {"PUT", "rest/workspaces/forreaders/styles/style.xml", "<style><name>forbidden</name></style>"},
            {"DELETE", "rest/workspaces/forreaders/styles/style?purge=true", ""},
            {"DELETE", "rest/workspaces/forreaders?recurse=true", ""}
        }) {
            assertTrue(second.node().send(edit[0], edit[1], Rest.XML, bytes(edit[2])).code() >= 400, String.join(" ", edit));
        }
        second.node().post("rest/workspaces", "<workspace><name>forbidden</name></workspace>");
        second.node().send("PUT", "rest/settings/contact", Rest.XML, bytes("<contact><contactPerson>forbidden</contactPerson></contact>"));
        on(second, "The undoing", any -> !any.has("rest/workspaces/forbidden.xml")
                && !any.says("rest/settings/contact.xml", "forbidden")
                && any.says("rest/workspaces/forreaders/styles/style.sld", "#112233"));
        Path readers = second.node().data().resolve("workspaces/forreaders");
        Await.until("the style's file is back", Await.SOON, () ->
                Files.exists(readers.resolve("styles/style.sld")) ? null : "it is gone");
        assertTrue(Files.exists(readers.resolve("workspace.xml")) && Files.exists(readers.resolve("styles/style.xml")));
        assertFalse(Files.exists(readers.resolveSibling("forbidden")), "a renaming that was refused moved the folder");
        assertFalse(first.has("rest/workspaces/forbidden.xml"));
        String message = ModuleLine.of(second.node()).message();
        assertTrue(message.contains("read-only"), message);
        Contents.awaitEqual(LONG, first.node(), second.node());
    }
}
