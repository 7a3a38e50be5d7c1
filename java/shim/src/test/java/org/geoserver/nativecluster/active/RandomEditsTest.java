// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random edits on three nodes, over the real native library: some at the same time, some while a node is down, some in the
 * files before a reload. In the end all nodes have the same, and of each object one of those versions that nothing later is
 * known to have replaced.
 */
class RandomEditsTest {
    private static final int NODES = 3;
    private static final int STEPS = 150;
    private static final int KEYS = 12;
    private static final int CHECK_EVERY = 30;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private final long seed = Long.getLong("gs.cluster.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<NoteNode> nodes = new ArrayList<>();

    /** By key: the values that may stand in the end. An absent one is null. */
    private final Map<String, Set<String>> candidates = new HashMap<>();

    @Test
    void endInEqualNodes() throws Exception {
        int[] ports = NoteNode.freePorts(NODES);
        try {
            for (int number = 0; number < NODES; number++) {
                nodes.add(new NoteNode(folder.resolve("node" + number), ports, number));
                nodes.get(number).start();
            }
            nodes.forEach(node -> node.awaitMember(PATIENCE));
            for (int step = 1; step <= STEPS; step++) {
                step(step);
                if (step % CHECK_EVERY == 0) {
                    converge();
                }
            }
        } finally {
            nodes.forEach(NoteNode::stop);
        }
    }

    private void step(int step) {
        NoteNode node = nodes.get(random.nextInt(NODES));
        String key = "notes/" + random.nextInt(KEYS);
        int choice = random.nextInt(100);
        if (choice < 70) {
            // of a node that is down these are edits in its files
            write(node, key, "step " + step);
        } else if (choice < 80) {
            remove(node, key);
        } else if (choice < 87) {
            if (nodes.stream().filter(NoteNode::isUp).count() > 1) {
                node.stop();
            }
        } else if (choice < 95) {
            node.start();
        } else {
            node.reload(() -> write(node, key, "step " + step + ", by hand"));
        }
    }

    private void write(NoteNode node, String key, String value) {
        candidates.computeIfAbsent(key, any -> before(key)).add(value);
        node.write(key, value);
    }

    /** What is missing in a node's files was not removed: only a node that is up removes. */
    private void remove(NoteNode node, String key) {
        if (node.isUp()) {
            candidates.computeIfAbsent(key, any -> before(key)).add(null);
            node.remove(key);
        }
    }

    private Set<String> before(String key) {
        Set<String> values = new HashSet<>();
        nodes.forEach(node -> values.add(node.notes().get(key)));
        return values;
    }

    private void converge() {
        nodes.forEach(NoteNode::start);
        nodes.forEach(node -> node.awaitMember(PATIENCE));
        long deadline = System.nanoTime() + PATIENCE;
        while (!areEqual()) {
            assertTrue(System.nanoTime() < deadline, this::report);
            nodes.forEach(node -> node.awaitChange(10));
        }
        Map<String, String> notes = nodes.get(0).notes();
        candidates.forEach((key, values) -> assertTrue(
                values.contains(notes.get(key)), () -> key + " is " + notes.get(key) + ", not one of " + values + report()));
        candidates.clear();
    }

    /** Equal, and nothing under way that could change that. */
    private boolean areEqual() {
        TreeMap<String, String> first = nodes.get(0).notes();
        return nodes.stream().allMatch(node -> node.isIdle() && node.notes().equals(first))
                && nodes.stream().map(NoteNode::checksum).distinct().count() == 1;
    }

    private String report() {
        StringBuilder text = new StringBuilder(" (seed " + seed + ", " + Arrays.toString(nodes.toArray()) + ")\n");
        nodes.forEach(node -> text.append(node.describe()).append('\n'));
        return text.toString();
    }
}
