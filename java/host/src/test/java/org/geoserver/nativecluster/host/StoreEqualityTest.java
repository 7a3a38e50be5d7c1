// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.geoserver.wps.MemoryProcessStatusStore;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store against GeoServer's in memory: the same random statuses, changes and queries, with GeoTools' own filters. */
class StoreEqualityTest {
    private static final int STATUSES = 120;
    private static final int CHANGES = 1_500;
    private static final int QUERIES = 3_000;

    /** System property to repeat a failure. */
    private static final String SEED = "gs.cluster.seed";

    @TempDir
    Path folder;

    private final long seed = Long.getLong(SEED, System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomStatuses statuses = new RandomStatuses(random);
    private final RandomQueries queries = new RandomQueries(random);
    private final ProcessStatusStore memory = new MemoryProcessStatusStore();
    private final List<ExecutionStatus> known = new ArrayList<>();
    private ProcessStatusStore store;

    @Test
    void resultsEqualThoseOfGeoServersStore() throws Exception {
        try (IsolatedCluster cluster = new IsolatedCluster(folder)) {
            store = cluster.start("one").statuses();
            for (int i = 0; i < STATUSES; i++) {
                create();
            }
            for (int i = 0; i < CHANGES; i++) {
                change();
            }
            int compared = 0;
            for (int i = 0; i < QUERIES; i++) {
                compared += compare(queries.next()) ? 1 : 0;
                if (random.nextInt(20) == 0) {
                    change();
                }
            }
            assertTrue(compared > QUERIES / 2, "most queries must be valid: " + compared);
            for (int i = 0; i < 40; i++) {
                removeByFilter();
            }
        } catch (Throwable e) {
            throw new AssertionError("Repeat with -D" + SEED + "=" + seed, e);
        }
    }

    private void create() {
        ExecutionStatus status = statuses.next();
        memory.save(status);
        store.save(status);
        known.add(status);
    }

    private void change() {
        ExecutionStatus status = known.get(random.nextInt(known.size()));
        switch (random.nextInt(12)) {
            case 0:
                create();
                break;
            case 1:
                known.remove(status);
                assertStatus(memory.remove(status.getExecutionId()), store.remove(status.getExecutionId()));
                break;
            default:
                ExecutionStatus changed = new ExecutionStatus(memory.get(status.getExecutionId()));
                statuses.change(changed);
                assertEquals(save(memory, changed), save(store, changed));
                assertStatus(memory.get(status.getExecutionId()), store.get(status.getExecutionId()));
                assertNotSame(changed, store.get(status.getExecutionId()));
        }
    }

    /** The message of the refusal, null if it was saved. */
    private static String save(ProcessStatusStore store, ExecutionStatus status) {
        try {
            store.save(status);
            return null;
        } catch (WPSException e) {
            return e.getMessage();
        }
    }

    /** False if GeoServer's store cannot answer the query at all. */
    private boolean compare(Query query) {
        List<ExecutionStatus> expected;
        try {
            expected = memory.list(query);
        } catch (RuntimeException e) {
            return false;
        }
        List<ExecutionStatus> found = new ArrayList<>(store.list(query));
        if (query.getSortBy() == null || query.getSortBy().length == 0) {
            // All of them in no order; GeoServer's order is that of a hash map. Pages are in order here.
            found.sort(Comparator.comparing(ExecutionStatus::getExecutionId));
        }
        assertEquals(texts(expected), texts(found), query::toString);
        return true;
    }

    private void removeByFilter() {
        Filter filter = queries.filter(2);
        List<ExecutionStatus> doomed;
        try {
            doomed = memory.list(new Query("q", filter));
            if (doomed.size() > known.size() / 3) {
                return; // leave something for the next
            }
            assertEquals(memory.remove(filter), store.remove(filter), filter::toString);
        } catch (WPSException | IllegalArgumentException e) {
            return;
        }
        compare(new Query("q", Filter.INCLUDE));
        known.removeIf(status -> doomed.stream()
                .anyMatch(gone -> gone.getExecutionId().equals(status.getExecutionId())));
    }

    /** A status a line, so that a difference is seen. */
    private static String texts(List<ExecutionStatus> list) {
        return list.stream().map(ExecutionStatus::toString).collect(Collectors.joining("\n"));
    }

    private static void assertStatus(ExecutionStatus expected, ExecutionStatus found) {
        assertEquals(Objects.toString(expected), Objects.toString(found));
    }
}
