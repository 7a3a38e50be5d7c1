// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Suite;
import org.geoserver.nativecluster.suite.Wires;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Nodes between which the network is cut: all of them live, and all are edited. */
@Order(32)
class PartitionTest extends ActiveCase {
    private static final List<String> NAMES = List.of("Alpha", "Beta", "Gamma");
    private static final String TITLE = "rest/workspaces/island/datastores/store/featuretypes/points.xml";

    private static ActiveNodes three;
    private static Wires wires;

    private static synchronized ActiveNodes three() throws Exception {
        if (three == null) {
            wires = new Wires(NAMES.size());
            three = Suite.activeNodes("partition", false);
            three.start(PartitionTest::wire, NAMES.toArray(String[]::new));
        }
        return three;
    }

    private static void wire(Node node) {
        sharesAll(node);
        try {
            node.configure(wires.xml(three.network(), NAMES.indexOf(node.name())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void close() throws Exception {
        wires.close();
    }

    private static List<Rest> each() throws Exception {
        return Stream.of(three().running()).map(Rest::new).toList();
    }

    private static void onEach(String what, Look look) throws Exception {
        for (Rest rest : each()) {
            on(rest, what, look);
        }
    }

    /** Nodes that are alone, each of them, and know it. */
    private static void cut() throws Exception {
        Contents.awaitEqual(LONG, three().running());
        wires.cut();
        ModuleLine.awaitNodes(1, three().running());
    }

    private static void mend() throws Exception {
        wires.mend();
        ModuleLine.awaitNodes(NAMES.size(), three().running());
    }

    @Test
    @Order(1)
    @DisplayName("Cut off from each other, three nodes are edited: together again, each has what any made, and what lost is a conflict")
    void edited() throws Exception {
        Rest alpha = three().rest(0);
        Rest beta = three().rest(1);
        alpha.workspace("bridge");
        alpha.workspace("island");
        alpha.dataStore("island", "store", three().data());
        alpha.layer("island", "store", "points");
        onEach("The layer", rest -> rest.has("rest/layers/island:points.xml"));
        cut();
        for (Rest rest : each()) {
            rest.workspace("of" + rest);
            rest.featureTypeTitle("island", "store", "points", "title of " + rest);
            rest.style("island", "style" + rest, Data.sld("#336699"));
            // the next title is to be the later one
            on(rest, "Its publication", any -> any.cluster("status").text().contains("\"unpublished\": 0"));
        }
        alpha.layer("island", "store", "more", "points");
        beta.deleteWorkspace("bridge");
        for (Rest rest : each()) {
            for (String other : NAMES) {
                assertEquals(other.equals(rest.toString()), rest.says(TITLE, "title of " + other), rest + " and " + other);
            }
        }
        mend();
        onEach("What each made", rest -> rest.has("rest/workspaces/ofAlpha.xml")
                && rest.has("rest/workspaces/ofBeta.xml")
                && rest.has("rest/workspaces/ofGamma.xml")
                && rest.has("rest/layers/island:more.xml"));
        onEach("What Beta removed", rest -> !rest.has("rest/workspaces/bridge.xml"));
        for (String name : NAMES) {
            onEach("The style of " + name, rest -> rest.has("rest/workspaces/island/styles/style" + name + ".sld"));
        }
        onEach("The last title", rest -> rest.says(TITLE, "title of Gamma"));
        Contents.awaitEqual(LONG, three().running());
        onEach("The titles that lost", rest -> kept(rest, "title of Alpha") && kept(rest, "title of Beta"));
    }

    /** Whether there is a conflict with this text in the version that lost. */
    private static boolean kept(Rest rest, String text) throws Exception {
        for (String part : rest.cluster("conflicts").expectGood().text().split("\\{\"id\": \"")) {
            String id = part.substring(0, Math.max(0, part.indexOf('"')));
            if (part.contains("/featuretype/") && rest.cluster("conflicts/" + id).text().contains(text)) {
                return true;
            }
        }
        return false;
    }

    @Test
    @Order(2)
    @DisplayName("Cut off from each other twice, three nodes get random edits on all sides: together again, their catalogs are equal")
    void random() throws Exception {
        RandomEdits edits = new RandomEdits(three().data());
        Rest[] nodes = each().toArray(Rest[]::new);
        try {
            edits.make(RandomEdits.ROUND, nodes);
            for (int i = 0; i < 2; i++) {
                cut();
                edits.make(2 * RandomEdits.ROUND, nodes);
                mend();
                edits.make(RandomEdits.ROUND / 2, nodes);
                Contents.awaitEqual(LONG, three().running());
            }
            onEach("No drift", rest -> rest.cluster("drift").text().split("\"differences\": \\[\\]", -1).length == NAMES.size() + 1);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nafter: " + edits + "\n" + nodes[0].cluster("drift").text(), e);
        }
        edits.assertMeaningful();
    }
}
