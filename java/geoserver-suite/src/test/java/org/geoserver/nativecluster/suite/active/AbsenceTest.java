// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.Folders;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Nodes that are frozen, down, or killed, and what was edited meanwhile. */
@Order(27)
class AbsenceTest extends ActiveCase {
    private static final int MADE_MEANWHILE = 20;
    private static final int TIMED = 20;

    /**
     * With other modules each edit waits two seconds for peers that do not answer. Here one takes some hundredth of a second; what a
     * busy machine adds does not make the median half of those two seconds.
     */
    private static final double STALL_MILLIS = 1_000;

    private static final int MAX_TWINS = 30;
    private static final String GRAPHIC = "styles/both.svg";
    private static final Pattern CONFLICT = Pattern.compile("\\{\"id\": \"([^\"]+)\", \"key\": \"([^\"]+)\"");

    private static void startAgain(Node node) throws Exception {
        node.start();
        node.awaitUp();
        ModuleLine.awaitNodes(nodes().running().length, nodes().running());
    }

    private static String title(Rest rest) throws Exception {
        return rest.get("workspaces/absence/datastores/store/featuretypes/points.xml").xml().text("title");
    }

    private static void prepare() throws Exception {
        if (!a().has("rest/workspaces/absence.xml")) {
            a().workspace("absence");
            a().dataStore("absence", "store", data());
            a().layer("absence", "store", "points");
        }
        everywhere("The layer", rest -> rest.has("rest/layers/absence:points.xml"));
        awaitEqual();
    }

    @Test
    @Order(1)
    @DisplayName("With all peers frozen, edits on the last node are answered at once; thawed, the others have them")
    void frozen() throws Exception {
        prepare();
        double alike = timeEdits("before");
        b().node().freeze();
        c().node().freeze();
        double frozen;
        try {
            frozen = timeEdits("frozen");
        } finally {
            b().node().thaw();
            c().node().thaw();
        }
        System.out.printf("         an edit took %.1f ms, and %.1f ms while all peers were frozen (median)%n", alike, frozen);
        assertNoStall(frozen);
        everywhere("What was made meanwhile", rest -> rest.has("rest/workspaces/frozen" + (TIMED - 1) + ".xml"));
        ModuleLine.awaitNodes(3, nodes().running());
        awaitEqual();
    }

    private static double timeEdits(String name) throws Exception {
        double[] millis = new double[TIMED];
        for (int i = 0; i < TIMED; i++) {
            long start = System.nanoTime();
            a().workspace(name + i);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis[TIMED / 2];
    }

    private static void assertNoStall(double millis) {
        assertTrue(millis < STALL_MILLIS, () -> String.format("an edit waits %.0f ms for nodes that do not answer", millis));
    }

    @Test
    @Order(2)
    @DisplayName("C is stopped while twenty workspaces are made and others change: back, it has all of it")
    void down() throws Exception {
        prepare();
        c().node().stop();
        ModuleLine.awaitNodes(2, nodes().running());
        for (int i = 0; i < MADE_MEANWHILE; i++) {
            a().workspace("meanwhile" + i);
        }
        b().featureTypeTitle("absence", "store", "points", "changed while C was down");
        b().deleteWorkspace("before0");
        a().resource("styles/meanwhile.svg", "image/svg+xml", bytes(Data.svg("#00ffff")));
        long start = System.nanoTime();
        startAgain(nodes().node(2));
        everywhere("All workspaces", rest -> rest.has("rest/workspaces/meanwhile" + (MADE_MEANWHILE - 1) + ".xml")
                && !rest.has("rest/workspaces/before0.xml")
                && rest.resource("styles/meanwhile.svg") != null);
        System.out.printf("         C was back and had all %.1f s after its start%n", (System.nanoTime() - start) / 1e9);
        awaitEqual();
    }

    @Test
    @Order(3)
    @DisplayName("A file and a feature type that are edited by hand on C's disk while it is down are published when it is back")
    void editedWhileDown() throws Exception {
        prepare();
        c().node().stop();
        edit(c().node().data().resolve("workspaces/absence/store/points/featuretype.xml"), "by hand");
        Files.writeString(c().node().data().resolve("styles/hand.svg"), Data.svg("#777777"));
        startAgain(nodes().node(2));
        everywhere("The title made by hand", rest -> title(rest).equals("by hand"));
        everywhere("The graphic made by hand", rest -> rest.resource("styles/hand.svg") != null);
        awaitEqual();
    }

    /** Not here is missing, and no removal: also where the node that misses it had made it. */
    @Test
    @Order(4)
    @DisplayName("What C had made, and is gone from its disk when it starts, is there again on C and its disk, and on all")
    void missing() throws Exception {
        prepare();
        c().workspace("missing");
        c().resource("styles/missing.svg", "image/svg+xml", bytes(Data.svg("#123456")));
        everywhere("What C made", rest -> rest.has("rest/workspaces/missing.xml") && rest.resource("styles/missing.svg") != null);
        c().node().stop();
        Path workspace = c().node().data().resolve("workspaces/missing");
        Path graphic = c().node().data().resolve("styles/missing.svg");
        Folders.delete(workspace);
        Files.delete(graphic);
        startAgain(nodes().node(2));
        on(c(), "Its disk", rest -> Files.exists(workspace.resolve("workspace.xml"))
                && Files.exists(workspace.resolve("namespace.xml"))
                && Files.exists(graphic));
        everywhere("What C made", rest -> rest.has("rest/workspaces/missing.xml") && rest.resource("styles/missing.svg") != null);
        awaitEqual();
    }

    private static void edit(Path featureType, String title) throws Exception {
        String xml = Files.readString(featureType);
        String edited = xml.replaceFirst("<title>[^<]*</title>", "<title>" + title + "</title>");
        assertTrue(!xml.equals(edited), xml);
        Files.writeString(featureType, edited);
    }

    @Test
    @Order(5)
    @DisplayName("Edited on both sides while C was down: the later one stays, the other is listed, compared and restored")
    void conflict() throws Exception {
        prepare();
        c().node().stop();
        Path file = c().node().data().resolve("workspaces/absence/store/points/featuretype.xml");
        edit(file, "earlier, on C");
        awaitLaterThan(file);
        a().featureTypeTitle("absence", "store", "points", "later, on A");
        startAgain(nodes().node(2));
        everywhere("The later title", rest -> title(rest).equals("later, on A"));
        String id = awaitConflict("/featuretype/", "earlier, on C", "later, on A");
        everywhere("The conflict", rest -> rest.cluster("conflicts").text().contains(id));
        Answer restored = b().send("POST", "rest/cluster/conflicts/" + id + "/restore", null, (byte[]) null);
        assertTrue(restored.text().contains("\"restored\""), restored::toString);
        everywhere("The earlier title", rest -> title(rest).equals("earlier, on C"));
        everywhere("The conflict's end", rest -> !rest.cluster("conflicts").text().contains("\"" + id + "\""));
        awaitEqual();
    }

    @Test
    @Order(6)
    @DisplayName("The same for a file that both sides changed: its later content stays, and the other one is restored")
    void conflictOfFiles() throws Exception {
        prepare();
        a().resource(GRAPHIC, "image/svg+xml", bytes(Data.svg("#000001")));
        everywhere("The graphic", rest -> has(rest, "#000001"));
        c().node().stop();
        Path file = c().node().data().resolve(GRAPHIC);
        Files.writeString(file, Data.svg("#000002"));
        awaitLaterThan(file);
        a().resource(GRAPHIC, "image/svg+xml", bytes(Data.svg("#000003")));
        startAgain(nodes().node(2));
        everywhere("The later graphic", rest -> has(rest, "#000003"));
        String id = awaitConflict("file/" + GRAPHIC, "#000002");
        a().send("POST", "rest/cluster/conflicts/" + id + "/restore", null, (byte[]) null);
        everywhere("The earlier graphic", rest -> has(rest, "#000002"));
    }

    private static boolean has(Rest rest, String colour) throws Exception {
        byte[] content = rest.resource(GRAPHIC);
        return content != null && Arrays.equals(bytes(Data.svg(colour)), content);
    }

    /** The cluster's edit is to be later by more than the resolution of a file's date. */
    private static void awaitLaterThan(Path file) throws Exception {
        long edited = Files.getLastModifiedTime(file).toMillis();
        Await.until("a later second", Await.SOON, () -> System.currentTimeMillis() > edited + 1_000 ? null : "not yet");
    }

    /** The id of a conflict whose key and whose content have these in them. */
    private static String awaitConflict(String key, String... content) {
        return Await.value("the conflict", Await.SOON, () -> {
            String list = b().cluster("conflicts").expectGood().text();
            Matcher found = CONFLICT.matcher(list);
            while (found.find()) {
                String one = b().cluster("conflicts/" + found.group(1)).expectGood().text();
                if (found.group(2).contains(key) && Arrays.stream(content).allMatch(one::contains)) {
                    return found.group(1);
                }
            }
            throw new AssertionError(list);
        });
    }

    @Test
    @Order(7)
    @DisplayName("Two workspaces that swap their names while B hears nothing have swapped them on B, with their layers")
    void swapped() throws Exception {
        for (String workspace : List.of("red", "blue")) {
            a().workspace(workspace);
            a().dataStore(workspace, "store", data());
            a().layer(workspace, "store", workspace + "points", "points");
        }
        everywhere("Both", rest -> haveLayers(rest, "red:redpoints", "blue:bluepoints"));
        awaitEqual();
        b().node().freeze();
        try {
            a().renameWorkspace("red", "between");
            a().renameWorkspace("blue", "red");
            a().renameWorkspace("between", "blue");
        } finally {
            b().node().thaw();
        }
        everywhere("The swap", rest -> haveLayers(rest, "red:bluepoints", "blue:redpoints"));
        awaitEqual();
        for (Node node : nodes().nodes()) {
            Path workspaces = node.data().resolve("workspaces");
            assertTrue(Files.exists(workspaces.resolve("red/store/bluepoints/featuretype.xml")), node + "'s disk");
            assertTrue(Files.exists(workspaces.resolve("blue/store/redpoints/featuretype.xml")), node + "'s disk");
        }
    }

    private static boolean haveLayers(Rest rest, String one, String other) throws Exception {
        return rest.has("rest/layers/" + one + ".xml") && rest.has("rest/layers/" + other + ".xml");
    }

    @Test
    @Order(8)
    @DisplayName("Of two stores that are made with one name on two nodes at once the later one stays, the other one is restored")
    void twins() throws Exception {
        prepare();
        String name = "twin" + atOnce(i -> makeStore(a(), "twin" + i), i -> makeStore(b(), "twin" + i));
        String path = "rest/workspaces/absence/datastores/" + name + ".xml";
        awaitEqual();
        String id = awaitConflict("/datastore/", "of A: " + name, "of B: " + name);
        String lost = c().says(path, "of A: " + name) ? "of B: " + name : "of A: " + name;
        c().send("POST", "rest/cluster/conflicts/" + id + "/restore", null, (byte[]) null);
        everywhere("The one that lost", rest -> rest.says(path, lost));
        awaitEqual();
    }

    /** A request to a node, which is refused if it knows of the other one's already; the answer's status. */
    private interface Request {
        int send(int attempt) throws Exception;
    }

    /** The number of the attempt at which A and B accepted both, for neither knew of the other's. */
    private static int atOnce(Request onA, Request onB) throws Exception {
        for (int i = 0; i < MAX_TWINS; i++) {
            int attempt = i;
            b().node().freeze();
            CompletableFuture<Integer> other;
            int mine;
            try {
                other = CompletableFuture.supplyAsync(() -> {
                    try {
                        return onB.send(attempt);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                mine = onA.send(attempt);
            } finally {
                b().node().thaw();
            }
            if (mine / 100 == 2 && other.join() / 100 == 2) {
                return attempt;
            }
        }
        throw new AssertionError("B knew of each of A's edits before it made its own");
    }

    private static int makeStore(Rest rest, String name) throws Exception {
        String xml = Rest.dataStoreXml("absence", name, data().folder().toUri().toString())
                .replace("<type>", "<description>of " + rest + ": " + name + "</description><type>");
        return rest.node().post("rest/workspaces/absence/datastores", xml).code();
    }

    @Test
    @Order(9)
    @DisplayName("A workspace that A gives the name of one that B makes at once becomes one with it everywhere, with all that is in it")
    void renamedAndMade() throws Exception {
        a().workspace("former");
        a().dataStore("former", "store", data());
        a().layer("former", "store", "points");
        a().serviceTitle("former", "wms", "of the former");
        everywhere("The layer", rest -> rest.has("rest/layers/former:points.xml"));
        awaitEqual();
        AtomicReference<String> former = new AtomicReference<>("former");
        int attempt = atOnce(
                i -> {
                    String xml = "<workspace><name>wanted" + i + "</name></workspace>";
                    int code = a().node().send("PUT", "rest/workspaces/" + former.get() + ".xml", Rest.XML, bytes(xml)).code();
                    if (code == 200) {
                        former.set("wanted" + i);
                    }
                    return code;
                },
                i -> b().node().post("rest/workspaces", "<workspace><name>wanted" + i + "</name></workspace>").code());
        String name = "wanted" + attempt;
        everywhere("The layer in the one", rest -> rest.has("rest/layers/" + name + ":points.xml"));
        everywhere("Its service", rest -> rest.says("rest/services/wms/workspaces/" + name + "/settings.xml", "of the former"));
        b().dataStore(name, "another", data());
        b().layer(name, "another", "others", "points");
        everywhere("What is made in it", rest -> rest.has("rest/layers/" + name + ":others.xml"));
        awaitEqual();
    }

    @Test
    @Order(10)
    @DisplayName("B is killed in the midst of edits on it: what it answered for is everywhere when it is back, and all are equal")
    void killed() throws Exception {
        prepare();
        for (int i = 0; i < MADE_MEANWHILE; i++) {
            b().workspace("killed" + i);
        }
        b().node().kill();
        assertNoStall(timeEdits("unnoticed"));
        ModuleLine.awaitNodes(2, nodes().running());
        a().featureTypeTitle("absence", "store", "points", "while B is dead");
        startAgain(nodes().node(1));
        everywhere("What B had answered for", rest -> {
            int there = 0;
            for (String name : rest.names("workspaces", "name")) {
                there += name.startsWith("killed") ? 1 : 0;
            }
            return there == MADE_MEANWHILE;
        });
        everywhere("What A did meanwhile", rest -> title(rest).equals("while B is dead")
                && rest.has("rest/workspaces/unnoticed" + (TIMED - 1) + ".xml"));
        awaitEqual();
    }

    /**
     * Renamed, a workspace keeps its namespace's URI; of a new one of its name GeoServer makes the workspace, and then refuses the
     * namespace. One without a namespace is left out at the next start.
     */
    @Test
    @Order(11)
    @DisplayName("A workspace that GeoServer left out at C's start, and that was removed meanwhile, does not keep another from its name")
    void leftOut() throws Exception {
        a().workspace("leftout");
        a().renameWorkspace("leftout", "leftoutelse");
        a().node().send("POST", "rest/workspaces", Rest.XML, bytes("<workspace><name>leftout</name></workspace>"));
        everywhere("Both", rest -> rest.has("rest/workspaces/leftoutelse.xml") && rest.has("rest/workspaces/leftout.xml"));
        c().node().stop();
        a().deleteWorkspace("leftout");
        startAgain(nodes().node(2));
        a().renameWorkspace("leftoutelse", "leftout");
        everywhere("The other's name", rest -> rest.has("rest/workspaces/leftout.xml") && !rest.has("rest/workspaces/leftoutelse.xml"));
        awaitEqual();
    }

    @Test
    @Order(12)
    @DisplayName("All are stopped and started: nothing is lost, nothing comes back, and no conflict is new")
    void allRestarted() throws Exception {
        prepare();
        int conflicts = count(a().cluster("conflicts").text(), "\"id\":");
        Contents before = Contents.awaitEqual(LONG, nodes().running());
        for (Node node : nodes().nodes()) {
            node.stop();
        }
        for (Node node : nodes().nodes()) {
            node.start();
        }
        nodes().nodes().forEach(Node::awaitUp);
        ModuleLine.awaitNodes(3, nodes().running());
        Contents after = Contents.awaitEqual(LONG, nodes().running());
        assertEquals(List.of(), before.differences(after));
        assertEquals(conflicts, count(a().cluster("conflicts").text(), "\"id\":"));
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }
}
