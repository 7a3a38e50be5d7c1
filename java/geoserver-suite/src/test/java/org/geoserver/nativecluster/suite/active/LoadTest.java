// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Many edits at once, and maps while they are made. */
@Order(25)
class LoadTest extends ActiveCase {
    private static final int WORKSPACES = 100;
    private static final int LAYERS = 200;
    private static final int EDITS = 60;
    private static final String WORKSPACE = "load";

    @Test
    @Order(1)
    @DisplayName("A hundred workspaces made on one node are on all, and gone from all")
    void workspaces() throws Exception {
        for (int i = 0; i < WORKSPACES; i++) {
            a().workspace("many" + i);
        }
        long made = System.nanoTime();
        everywhere("All workspaces", rest -> named(rest, "workspaces", "many") == WORKSPACES);
        System.out.printf("         100 workspaces were everywhere %.2f s after the last%n", since(made));
        for (int i = 0; i < WORKSPACES; i++) {
            b().deleteWorkspace("many" + i);
        }
        everywhere("No workspace", rest -> named(rest, "workspaces", "many") == 0);
        awaitEqual();
    }

    @Test
    @Order(2)
    @DisplayName("200 layers that are published in a burst are on all nodes, each with its tile layer, and none twice")
    void layers() throws Exception {
        prepare();
        for (int i = 0; i < LAYERS; i++) {
            a().layer(WORKSPACE, "store", "burst" + i, "points");
        }
        long made = System.nanoTime();
        everywhere("All layers", rest -> named(rest, "layers", WORKSPACE + ":burst") == LAYERS);
        System.out.printf("         200 layers were everywhere %.2f s after the last%n", since(made));
        awaitEqual();
        awaitEqualMaps(WORKSPACE + ":burst" + (LAYERS - 1));
    }

    private static void prepare() throws Exception {
        if (!a().has("rest/workspaces/" + WORKSPACE + ".xml")) {
            a().workspace(WORKSPACE);
            a().dataStore(WORKSPACE, "store", data());
            a().layer(WORKSPACE, "store", "points");
        }
        everywhere("The layer", rest -> rest.has("rest/layers/" + WORKSPACE + ":points.xml"));
    }

    private static int named(Rest rest, String list, String prefix) throws Exception {
        return (int) rest.names(list, "name").stream().filter(name -> name.startsWith(prefix)).count();
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    @Test
    @Order(3)
    @DisplayName("No GetMap fails on B and C while A is edited and reloaded, and while their layers change")
    void mapsMeanwhile() throws Exception {
        prepare();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger drawn = new AtomicInteger();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> clients = List.of(b(), c()).stream()
                .map(rest -> CompletableFuture.runAsync(() -> {
                    while (!over.get()) {
                        try {
                            rest.map(WORKSPACE + ":points");
                            drawn.incrementAndGet();
                        } catch (AssertionError | Exception e) {
                            failures.add(String.valueOf(e.getMessage()));
                        }
                    }
                }))
                .toList();
        try {
            for (int i = 0; i < EDITS; i++) {
                a().featureTypeTitle(WORKSPACE, "store", "points", "meanwhile " + i);
                a().style(null, "meanwhile" + i, Data.sld(Change.colour(i)));
                a().layerStyle(WORKSPACE, "points", "meanwhile" + i);
                a().serviceTitle(null, "wms", "meanwhile " + i);
                a().group(WORKSPACE, "meanwhile" + i, WORKSPACE + ":points");
                if (i == EDITS / 2) {
                    a().post("reload", "");
                }
            }
            everywhere("The last edit", rest -> rest.says("rest/services/wms/settings.xml", "meanwhile " + (EDITS - 1)));
        } finally {
            over.set(true);
            clients.forEach(CompletableFuture::join);
        }
        System.out.printf("         %d maps were drawn meanwhile, %d failed%n", drawn.get(), failures.size());
        assertTrue(drawn.get() > 0, "maps were drawn");
        assertEquals(List.of(), List.copyOf(failures));
        awaitEqual();
    }
}
