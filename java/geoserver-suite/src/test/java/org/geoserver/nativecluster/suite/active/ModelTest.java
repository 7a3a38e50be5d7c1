// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.util.List;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Random edits on three nodes, with freezes, reloads, stops and kills between, end in equal catalogs. */
@Order(28)
class ModelTest extends ActiveCase {
    private final RandomEdits edits = new RandomEdits(data());

    /** Why the nodes differ, as far as they know. */
    private static String drift() throws Exception {
        List<Rest> running = all();
        return running.isEmpty() ? "" : running.get(0).cluster("drift").text();
    }

    @Test
    @Order(1)
    @DisplayName("Random edits on three nodes at once, while one or another is frozen, reloaded, stopped or killed, end in equal catalogs")
    void converges() throws Exception {
        int round = RandomEdits.ROUND;
        try {
            awaitEqual();
            edits.make(round, a(), b(), c());
            awaitEqual();

            // both sides of a gap are edited: a frozen node hears nothing, and is edited as soon as it thaws
            c().node().freeze();
            edits.make(round, a(), b());
            c().node().thaw();
            edits.make(round / 2, c());
            awaitEqual();

            Node stopped = nodes().node(edits.random().nextInt(3));
            stopped.stop();
            edits.make(round, all().toArray(Rest[]::new));
            stopped.start();
            stopped.awaitUp();
            edits.make(round / 2, all().toArray(Rest[]::new));
            all().get(edits.random().nextInt(3)).post("reload", "");
            ModuleLine.awaitNodes(3, nodes().running());
            awaitEqual();

            Node killed = nodes().node(edits.random().nextInt(3));
            edits.make(round / 2, new Rest(killed));
            killed.kill();
            edits.make(round, all().toArray(Rest[]::new));
            killed.start();
            killed.awaitUp();
            ModuleLine.awaitNodes(3, nodes().running());
            awaitEqual();
            awaitNoDrift();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nafter: " + edits + "\n" + drift(), e);
        }
        edits.assertMeaningful();
    }

    private static void awaitNoDrift() {
        everywhere("No drift", rest -> rest.cluster("drift").text().split("\"differences\": \\[\\]", -1).length == 4);
    }
}
