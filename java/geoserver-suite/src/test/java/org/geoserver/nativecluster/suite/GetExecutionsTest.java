// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.suite.Wps.Listed;
import org.geoserver.nativecluster.suite.Wps.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(3)
class GetExecutionsTest extends ClusterCase {
    private static final String ALL = "maxFeatures=1000";

    @Test
    @Order(1)
    @DisplayName("GetExecutions lists the executions of all nodes on each: synchronous, running, queued, succeeded, failed")
    void listsAll() throws Exception {
        SlowInputs.Input input = slowInput();
        String running = wps(a()).submit(slow(input));
        wps(b()).await(running, Phase.STARTED);
        String queued = wps(a()).submit(quick());
        String succeeded = run(c(), quick());
        String failed = wps(b()).submit(failing());
        wps(b()).await(failed, Phase.FAILED);
        Execute synchronous = Execute.synchronous("JTS:area").geometry("geom", "POLYGON ((0 0, 0 1, 1 1, 0 0))");
        wps(a()).execute(synchronous.defaultType(), false).expectGood();
        wps(a()).execute(synchronous.defaultType(), true).expectGood();

        for (Node node : List.of(a(), b(), c())) {
            Await.until(node + " lists all", Await.SOON, () -> {
                List<Listed> listed = wps(node).list(ALL);
                assertStatus("RUNNING", running, listed);
                assertStatus("QUEUED", queued, listed);
                assertStatus("SUCCEEDED", succeeded, listed);
                assertStatus("FAILED", failed, listed);
                assertEquals(2, listed.stream().filter(row -> row.process().equals("JTS:area")).count(), "synchronous");
                return null;
            });
        }
        Set<Listed> here = Set.copyOf(wps(a()).list(ALL));
        assertEquals(here, Set.copyOf(wps(b()).list(ALL)));
        assertEquals(here, Set.copyOf(wps(c()).list(ALL)));
        input.finish();
        wps(b()).await(queued, Phase.SUCCEEDED);
    }

    private static void assertStatus(String status, String id, List<Listed> listed) {
        List<String> found = listed.stream().filter(row -> row.id().equals(id)).map(Listed::status).collect(Collectors.toList());
        assertEquals(List.of(status), found, id);
    }

    @Test
    @Order(2)
    @DisplayName("GetExecutions filters by status, identifier and owner, alike on all nodes")
    void filters() throws Exception {
        List<Listed> all = wps(a()).list(ALL);
        for (Node node : List.of(a(), b(), c())) {
            assertFiltered(node, all, "status=FAILED", row -> row.status().equals("FAILED"));
            assertFiltered(node, all, "status=SUCCEEDED", row -> row.status().equals("SUCCEEDED"));
            assertFiltered(node, all, "identifier=JTS:area", row -> row.process().equals("JTS:area"));
            assertFiltered(node, all, "owner=admin", row -> row.owner().equals("admin"));
            assertFiltered(node, all, "owner=anonymous", row -> row.owner().equals("anonymous"));
            assertFiltered(
                    node,
                    all,
                    "owner=admin&status=SUCCEEDED&identifier=" + BUFFER,
                    row -> row.owner().equals("admin")
                            && row.status().equals("SUCCEEDED")
                            && row.process().equals(BUFFER));
            String none = wps(node).executions("status=DISMISSING").exception();
            assertTrue(none != null && none.contains("No Process Execution available"), none);
        }
    }

    private static void assertFiltered(
            Node node, List<Listed> all, String filter, java.util.function.Predicate<Listed> expected) throws Exception {
        Set<Listed> rows = all.stream().filter(expected).collect(Collectors.toSet());
        assertTrue(!rows.isEmpty(), filter + " is no test without rows: " + all);
        assertEquals(rows, Set.copyOf(wps(node).list(ALL + "&" + filter)), filter + " on " + node);
    }

    @Test
    @Order(3)
    @DisplayName("GetExecutions sorts and pages, alike on all nodes")
    void pages() throws Exception {
        Set<String> ids = wps(a()).list(ALL).stream().map(Listed::id).collect(Collectors.toCollection(TreeSet::new));
        List<String> descending = new ArrayList<>(((TreeSet<String>) ids).descendingSet());
        int size = 4;
        for (Node node : List.of(a(), b(), c())) {
            List<String> paged = new ArrayList<>();
            for (int start = 0; start < ids.size(); start += size) {
                Answer page = wps(node).executions("orderBy=jobId&maxFeatures=" + size + "&startIndex=" + start);
                assertEquals(String.valueOf(ids.size()), page.xml().attribute("count"), "count on " + node);
                Wps.list(page.expectGood()).forEach(row -> paged.add(row.id()));
            }
            assertEquals(descending, paged, "pages on " + node);
            Answer first = wps(node).executions("orderBy=jobId&maxFeatures=" + size + "&startIndex=0");
            assertNotNull(first.xml().attribute("next"), first.toString());
            assertNull(first.xml().attribute("previous"), first.toString());
        }
    }
}
