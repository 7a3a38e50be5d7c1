// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.geoserver.nativecluster.suite.Answer;

/**
 * Random edits through REST, of few names, so that they meet. The seed is printed; -Dsuite.seed repeats a run's choices, and
 * -Dsuite.edits makes it longer.
 */
final class RandomEdits {
    /** How many edits are some. */
    static final int ROUND = Integer.getInteger("suite.edits", 40);

    private static final int NAMES = 6;

    private final Data data;
    private final Random random;
    private final List<String> done = new ArrayList<>();
    private int accepted;

    RandomEdits(Data data) {
        this.data = data;
        long seed = Long.getLong("suite.seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("         seed " + seed);
        random = new Random(seed);
    }

    Random random() {
        return random;
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
                    Rest.dataStoreXml(ws, "store", data.folder().toUri().toString()));
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
                            ActiveCase.bytes(body)));
        }
    }

    private void send(Rest rest, String method, String path, String xml) throws Exception {
        note(
                rest,
                method,
                path,
                rest.node().send(method, "rest/" + path, xml == null ? null : Rest.XML, xml == null ? null : ActiveCase.bytes(xml)));
    }

    private void note(Rest rest, String method, String path, Answer answer) {
        done.add(rest + " " + method + " " + path + " " + answer.code());
        accepted += answer.code() < 300 ? 1 : 0;
    }

    /** Makes edits, each on one of the nodes. */
    void make(int count, Rest... on) throws Exception {
        for (int i = 0; i < count; i++) {
            edit(on[random.nextInt(on.length)]);
        }
    }

    /** That GeoServer accepted enough of them. */
    void assertMeaningful() {
        System.out.printf("         %d edits, of which GeoServer accepted %d%n", done.size(), accepted);
        assertTrue(accepted > done.size() / 5, "most edits are refused: the test tests nothing");
    }

    /** All of them, in the order in which they were made. */
    @Override
    public String toString() {
        return String.join(", ", done);
    }
}
