// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Random edits on three nodes, with freezes, reloads, stops and kills between, end in equal catalogs. The seed is printed;
 * -Dsuite.seed repeats a run's choices, and -Dsuite.edits makes it longer.
 */
@Order(28)
class ModelTest extends ActiveCase {
    private static final int NAMES = 6;
    private static final int ROUND = 40;

    private final Random random;
    private final List<String> done = new ArrayList<>();
    private int accepted;

    ModelTest() {
        long seed = Long.getLong("suite.seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("         seed " + seed);
        random = new Random(seed);
    }

    /** A random edit; GeoServer may refuse it, for what it names may not be there, or be there already. */
    private void edit(Rest rest) throws Exception {
        String ws = "model" + random.nextInt(NAMES);
        String name = "n" + random.nextInt(NAMES);
        switch (random.nextInt(12)) {
            case 0, 1 -> send(rest, "POST", "workspaces", "<workspace><name>" + ws + "</name></workspace>");
            case 2 -> send(rest, "DELETE", "workspaces/" + ws + "?recurse=true", null);
            case 3 -> send(rest, "PUT", "workspaces/" + ws, "<workspace><name>model" + random.nextInt(NAMES) + "</name></workspace>");
            case 4, 5 -> send(
                    rest,
                    "POST",
                    "workspaces/" + ws + "/datastores",
                    Rest.dataStoreXml(ws, "store", data().folder().toUri().toString()));
            case 6, 7 -> send(
                    rest,
                    "POST",
                    "workspaces/" + ws + "/datastores/store/featuretypes",
                    "<featureType><name>" + name + "</name><nativeName>points</nativeName><title>" + name
                            + "</title><srs>EPSG:4326</srs>" + Data.BOUNDS + "</featureType>");
            case 8 -> send(
                    rest,
                    "PUT",
                    "workspaces/" + ws + "/datastores/store/featuretypes/" + name,
                    "<featureType><title>" + random.nextInt(1000) + "</title></featureType>");
            case 9 -> send(rest, "DELETE", "layers/" + ws + ":" + name, null);
            case 10 -> send(
                    rest,
                    "PUT",
                    "settings/contact",
                    "<contact><contactPerson>" + random.nextInt(1000) + "</contactPerson></contact>");
            default -> style(rest, name);
        }
    }

    private void style(Rest rest, String name) throws Exception {
        String body = Data.sld(Change.colour(random.nextInt(1000)));
        boolean there = rest.has("rest/styles/model-" + name + ".xml");
        if (there && random.nextInt(3) == 0) {
            send(rest, "DELETE", "styles/model-" + name + "?purge=true", null);
        } else {
            note(rest, there ? "PUT" : "POST", "styles model-" + name, rest.node()
                    .send(
                            there ? "PUT" : "POST",
                            there ? "rest/styles/model-" + name : "rest/styles?name=model-" + name,
                            "application/vnd.ogc.sld+xml",
                            bytes(body)));
        }
    }

    private void send(Rest rest, String method, String path, String xml) throws Exception {
        note(
                rest,
                method,
                path,
                rest.node().send(method, "rest/" + path, xml == null ? null : Rest.XML, xml == null ? null : bytes(xml)));
    }

    private void note(Rest rest, String method, String path, Answer answer) {
        done.add(rest + " " + method + " " + path + " " + answer.code());
        accepted += answer.code() < 300 ? 1 : 0;
    }

    /** Why the nodes differ, as far as they know. */
    private static String drift() throws Exception {
        List<Rest> running = all();
        return running.isEmpty() ? "" : running.get(0).cluster("drift").text();
    }

    private void edits(int count, Rest... on) throws Exception {
        for (int i = 0; i < count; i++) {
            edit(on[random.nextInt(on.length)]);
        }
    }

    @Test
    @Order(1)
    @DisplayName("Random edits on three nodes at once, while one or another is frozen, reloaded, stopped or killed, end in equal catalogs")
    void converges() throws Exception {
        int round = Integer.getInteger("suite.edits", ROUND);
        try {
            awaitEqual();
            edits(round, a(), b(), c());
            awaitEqual();

            // both sides of a gap are edited: a frozen node hears nothing, and is edited as soon as it thaws
            c().node().freeze();
            edits(round, a(), b());
            c().node().thaw();
            edits(round / 2, c());
            awaitEqual();

            Node stopped = nodes().node(random.nextInt(3));
            stopped.stop();
            edits(round, all().toArray(Rest[]::new));
            stopped.start();
            stopped.awaitUp();
            edits(round / 2, all().toArray(Rest[]::new));
            all().get(random.nextInt(3)).post("reload", "");
            ModuleLine.awaitNodes(3, nodes().running());
            awaitEqual();

            Node killed = nodes().node(random.nextInt(3));
            edits(round / 2, new Rest(killed));
            killed.kill();
            edits(round, all().toArray(Rest[]::new));
            killed.start();
            killed.awaitUp();
            ModuleLine.awaitNodes(3, nodes().running());
            awaitEqual();
            awaitNoDrift();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nafter: " + String.join(", ", done) + "\n" + drift(), e);
        }
        System.out.printf("         %d edits, of which GeoServer accepted %d%n", done.size(), accepted);
        assertTrue(accepted > done.size() / 5, "most edits are refused: the test tests nothing");
    }

    private static void awaitNoDrift() {
        everywhere("No drift", rest -> rest.cluster("drift").text().split("\"differences\": \\[\\]", -1).length == 4);
    }
}
