// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.geoserver.nativecluster.nativelib.SharedObjects.Conflict;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing and applying, step by step. */
class ReplicationTest {
    private static final String W = "things/100/workspace";
    private static final String S = "things/300/store";
    private static final String L = "things/500/layer";

    private final Cloud cloud = new Cloud();
    private final List<Node> nodes = new ArrayList<>();
    private final Node a = new Node("a");
    private final Node b = new Node("b");

    /** A node whose steps are made by hand; it notes when the lock is held. */
    private final class Node implements ConfigurationGate {
        final FakeSharedObjects shared;
        final Things things = new Things();
        final ChangedKeys changed = new ChangedKeys();
        final Publisher publisher;
        final Applier applier;
        boolean locked;
        boolean exclusively;
        boolean free = true;
        Runnable unlocked = () -> {};
        Runnable waiting = () -> {};
        Replicator replicator;
        Thread thread;
        volatile Admission admission = Admission.NEW;
        final AtomicInteger asked = new AtomicInteger();
        int reloads;
        long later;

        Node(String name) {
            shared = new FakeSharedObjects(cloud, name);
            Parts parts = new Parts(List.of(things));
            publisher = new Publisher(shared, parts, this);
            applier = new Applier(shared, parts, this, changed, () -> reloads, () -> System.nanoTime() / 1_000_000 + later);
            things.start(changed::add);
            things.locked = () -> locked;
            nodes.add(this);
        }

        boolean compareAll() {
            return publisher.compareAll(applier::isUnwritten);
        }

        void publish() {
            try {
                publisher.publish(changed);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void apply() {
            applier.round(reloads);
        }

        void run() {
            run(0);
        }

        void run(long startMillis) {
            replicator = new Replicator(shared, new Parts(List.of(things)), this, () -> {
                asked.incrementAndGet();
                Admission now = admission;
                if (now == Admission.NEW) {
                    admission = Admission.MEMBER;
                }
                return now;
            }, startMillis);
            things.start(replicator::changed);
            thread = new Thread(replicator);
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public boolean tryRead() {
            assertFalse(locked);
            waiting.run();
            locked = free;
            return free;
        }

        @Override
        public boolean tryWrite() {
            exclusively = tryRead();
            return exclusively;
        }

        @Override
        public void unlock() {
            assertTrue(locked);
            locked = false;
            exclusively = false;
            unlocked.run();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Node node : nodes) {
            if (node.thread != null) {
                node.replicator.stop();
                node.thread.join(TimeUnit.SECONDS.toMillis(10));
                assertFalse(node.thread.isAlive());
            }
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in time");
            Thread.onSpinWait();
        }
    }

    @Test
    void whoStartsWaitsForWhatWasChangedMeanwhileButNotForNothing() throws Exception {
        for (int i = 0; i < 100; i++) {
            a.things.edit(W + i, "workspace");
        }
        a.publish();
        b.run();
        b.replicator.caughtUp().get(30, TimeUnit.SECONDS);
        assertEquals(a.things.texts, b.things.texts);

        Node refused = new Node("refused");
        refused.admission = Admission.NONE;
        refused.run();
        refused.replicator.caughtUp().get(30, TimeUnit.SECONDS);
        assertEquals(Map.of(), refused.things.texts);
    }

    /** The end of a request and the work for others would share the processors. */
    @Test
    void whoEditedIsAnsweredBeforeItIsPublished() {
        long[] released = new long[1];
        long[] read = new long[1];
        a.waiting = () -> {
            a.waiting = () -> {};
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            released[0] = System.nanoTime();
        };
        a.things.locked = () -> {
            read[0] = System.nanoTime();
            return a.locked;
        };
        a.things.edit(W, "workspace");
        a.publish();
        assertEquals(List.of("+" + W), a.shared.told);
        assertEquals(Set.of(true), a.things.locks);
        assertTrue(read[0] - released[0] >= TimeUnit.MILLISECONDS.toNanos(ConfigurationGate.ANSWER_MILLIS));
    }

    /** GeoServer's lock is waited for half a minute, in which nothing else is done. */
    @Test
    void aLockThatIsNotFreeIsWaitedForOnce() {
        int[] attempts = new int[1];
        a.waiting = () -> attempts[0]++;
        a.free = false;
        a.things.edit(W, "workspace");
        a.publish();
        assertEquals(1, attempts[0]);
        assertTrue(a.changed.contains(W));
    }

    @Test
    void whatOthersNeedIsPublishedAndAppliedFirst() {
        a.things.edit(L, "layer>" + S);
        a.things.edit(S, "store>" + W);
        a.things.edit(W, "workspace");
        a.publish();
        assertEquals(List.of("+" + W, "+" + S, "+" + L), a.shared.told);
        b.apply();
        assertEquals(List.of("+" + W, "+" + S, "+" + L), b.things.applied);
        assertEquals(a.things.texts, b.things.texts);
        assertEquals(1, b.things.settled);
    }

    @Test
    void removalsComeLastAndInReverse() {
        whatOthersNeedIsPublishedAndAppliedFirst();
        a.shared.told.clear();
        b.things.applied.clear();
        a.things.remove(W);
        a.things.remove(S);
        a.things.remove(L);
        a.things.edit("things/100/new", "new");
        a.publish();
        assertEquals(List.of("+things/100/new", "-" + L, "-" + S, "-" + W), a.shared.told);
        b.apply();
        assertEquals(List.of("+things/100/new", "-" + L, "-" + S, "-" + W), b.things.applied);
        assertEquals(List.of(), b.shared.pending(10));
    }

    /** A lost message of a parent would lose all its children in jms-cluster (A.1, A.38 of docs/peer-defects.md). */
    @Test
    void whatWaitsForSomethingIsAppliedWhenThatComes() {
        a.things.edit(L, "layer>" + S);
        a.publish();
        b.apply();
        assertEquals(Map.of(L, "not here: " + S), b.shared.failed);
        assertEquals(Map.of(), b.things.texts);
        a.things.edit(S, "store");
        a.publish();
        b.apply();
        assertEquals(a.things.texts, b.things.texts);
        assertEquals(Map.of(), b.shared.failed);
        assertTrue(b.applier.failures().all().isEmpty());
    }

    /** One bad object keeps nothing else from being applied, and is not forgotten (A.1). */
    @Test
    void anErrorConcernsOneObject() {
        b.things.broken.add(S);
        a.things.edit(W, "workspace");
        a.things.edit(S, "store");
        a.things.edit(L, "layer");
        a.publish();
        b.apply();
        assertEquals(List.of("+" + W, "+" + L), b.things.applied);
        assertEquals(Map.of(S, "broken"), b.shared.failed);
        b.things.broken.clear();
        a.things.edit("things/100/another", "another");
        a.publish();
        b.apply();
        assertEquals(a.things.texts, b.things.texts);
    }

    @Test
    void aPauseGrows() {
        Failures failures = new Failures();
        Pending pending = new Pending(S, 1, Things.content("x"), -1, "a", false, 0);
        long pause = 0;
        for (int i = 0; i < 20; i++) {
            failures.failed(pending, "no", 0);
            long next = failures.millisUntilNext(0, Long.MAX_VALUE);
            assertTrue(next >= pause && next <= 60_000, "pause " + next);
            pause = next;
        }
        assertTrue(failures.mustWait(pending, pause - 1));
        assertFalse(failures.mustWait(pending, pause));
    }

    /** It took a whole processor: the attempt was due for ever. */
    @Test
    void whatThisNodeDoesNotShareIsLookedAtLessAndLess() throws Exception {
        a.shared.put("others/1", Things.content("of a family that only the other node has"));
        b.run();
        until(() -> {
            Failures.Failure failure = b.replicator.failures().all().get("others/1");
            return failure != null && failure.attempts() == 3;
        });
        assertTrue(b.shared.looks.get() < 1_000, "looked " + b.shared.looks);
    }

    @Test
    void whatFailedIsNotDueWhileNothingIsTried() throws Exception {
        b.things.broken.add(S);
        a.things.edit(S, "store");
        a.publish();
        b.run();
        until(() -> !b.replicator.failures().all().isEmpty());
        b.admission = Admission.NONE;
        int asked = b.asked.get();
        until(() -> b.asked.get() > asked);
        Failures.Failure failure = b.replicator.failures().all().get(S);
        until(() -> System.nanoTime() / 1_000_000 > failure.nextMillis());
        long since = System.nanoTime();
        int before = b.asked.get();
        until(() -> b.asked.get() >= before + 3);
        long millis = (System.nanoTime() - since) / 1_000_000;
        assertTrue(millis > 900, "three times in " + millis + " ms");
    }

    /** Concurrent edits of an administrator were lost while jms-cluster applied (A.12). */
    @Test
    void anEditThatIsNotPublishedYetIsNotOverwritten() {
        a.things.edit(W, "one");
        a.publish();
        b.apply();
        a.things.edit(W, "two");
        a.publish();
        b.things.edit(W, "three");
        b.apply();
        assertEquals("three", b.things.texts.get(W));
        b.publish();
        b.apply();
        a.apply();
        assertEquals(a.things.texts, b.things.texts);
    }

    /** An application makes no new version, and neither does what follows from it (B.4). */
    @Test
    void nothingEchoes() {
        b.things.texts.put("things/900/echo", "before");
        a.things.edit(W, "workspace");
        a.publish();
        b.apply();
        b.publish();
        assertEquals(List.of("~things/900/echo"), b.shared.told);
        assertEquals("after " + W, b.things.texts.get("things/900/echo"));
        a.apply();
        assertEquals(List.of(), a.things.applied);
    }

    /** What a store needs was published again here, and renamed by what came from elsewhere before the store was told: it got lost. */
    @Test
    void anEditThatIsNotPublishedYetStaysOneWhateverFollowsFromAnApplication() {
        b.things.edit("things/900/echo", "edited");
        a.things.edit(W, "workspace");
        a.publish();
        b.apply();
        b.publish();
        assertEquals(List.of("+things/900/echo"), b.shared.told);
    }

    /** First it follows from one application, then the next one decides something about it: the others never heard of that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAnApplicationDecidesIsToldThoughItFollowedFromAnotherOneBefore(boolean thenFails) {
        b.things.texts.put("things/900/echo", "before");
        a.things.edit(W, "workspace");
        a.things.edit(S, "store");
        a.publish();
        b.things.before = key -> {
            if (key.equals(S)) {
                b.things.changed.accept("things/900/echo");
                if (thenFails) {
                    throw new IllegalStateException("refused");
                }
            }
        };
        b.apply();
        b.publish();
        assertEquals(List.of("+things/900/echo"), b.shared.told);
    }

    /** There, the notification is of what the other node wrote: published, it would be a conflict with that. */
    @Test
    void whatFollowsInASharedDirectoryIsNoEditThoughItsFileIsToldOf() {
        b.shared.sameDirectory = true;
        b.things.texts.put("things/900/echo", "before");
        a.things.edit(W, "workspace");
        a.publish();
        b.changed.add("things/900/echo");
        b.apply();
        b.publish();
        assertEquals(List.of("~things/900/echo"), b.shared.told);
    }

    /** To all nodes the version is new, and so is what followed from it. */
    @Test
    void whatFollowsFromARestorationIsPublishedWithIt() throws Exception {
        a.things.edit(W, "one");
        a.publish();
        b.apply();
        a.things.edit(W, "stays");
        a.publish();
        b.things.texts.put(W, "lost");
        assertTrue(b.compareAll());
        b.apply();
        assertEquals("stays", b.things.texts.get(W));
        b.shared.told.clear();
        b.things.locks.clear();
        b.things.texts.put("things/900/echo", "before");
        CompletableFuture<Void> done = new CompletableFuture<>();
        String id = b.shared.conflicts().get(0).id();
        new Restoration(b.shared, new Parts(List.of(b.things)), b, id).run(done);
        done.get();
        assertEquals(List.of("+" + W, "+things/900/echo"), b.shared.told);
        assertEquals(Set.of(true), b.things.locks, "read and applied under the lock");
        assertEquals(List.of(), b.shared.conflicts());
        a.apply();
        assertEquals("lost", a.things.texts.get(W));
    }

    /** A node that failed to load an object must not take it for removed. */
    @Test
    void whatIsMerelyNotHereIsNotRemoved() {
        a.things.edit(W, "workspace");
        a.publish();
        b.apply();
        b.things.texts.clear();
        b.changed.add(W);
        b.publish();
        assertEquals(List.of(), b.shared.told);
        assertTrue(b.compareAll());
        assertEquals(List.of(), b.shared.told);
        b.apply();
        assertEquals(a.things.texts, b.things.texts);
    }

    /** It was put back though the request was answered: the comparison missed the object before the removal was published. */
    @Test
    void whatIsRemovedDuringAComparisonStaysRemoved() {
        for (String key : List.of(W, S, L)) {
            a.things.edit(key, "thing");
        }
        a.publish();
        b.apply();
        a.things.locked = () -> {
            a.things.locked = () -> a.locked;
            a.things.remove(L);
            return a.locked;
        };
        assertTrue(a.compareAll());
        a.apply();
        assertEquals(Set.of(W, S), a.things.texts.keySet());
        a.publish();
        assertEquals("-" + L, a.shared.told.get(a.shared.told.size() - 1));
        b.apply();
        assertEquals(a.things.texts, b.things.texts);
    }

    @Test
    void aLockThatIsHeldByOthersPutsOff() {
        a.free = false;
        a.things.edit(W, "workspace");
        a.publish();
        assertFalse(a.compareAll());
        assertEquals(List.of(), a.shared.told);
        a.free = true;
        a.publish();
        assertEquals(List.of("+" + W), a.shared.told);
        b.free = false;
        b.apply();
        assertEquals(Map.of(), b.things.texts);
        b.free = true;
        b.apply();
        assertEquals(a.things.texts, b.things.texts);
    }

    /** One node removes a store while another one changes a layer of it: the layer stayed in the cluster for ever. */
    @Test
    void whatBelongsToNothingIsRemovedAfterAWhile() {
        a.things.edit(S, "store");
        a.things.edit(L, "layer>" + S);
        a.publish();
        b.apply();
        b.things.edit(L, "changed>" + S);
        a.things.remove(L);
        a.things.remove(S);
        a.publish();
        b.publish();
        b.things.texts.clear();
        b.things.applied.clear();
        b.apply();
        for (int attempt = 0; attempt < 3; attempt++) {
            a.apply();
            assertEquals(Map.of(L, "not here: " + S), a.shared.failed);
            a.later += 1_000;
        }
        a.later += 60_000;
        a.shared.readOnly = true;
        a.apply();
        assertEquals(Map.of(L, "not here: " + S), a.shared.failed);
        a.shared.readOnly = false;
        for (int attempt = 0; attempt < 2; attempt++) {
            a.later += 60_000;
            a.apply();
        }
        assertEquals("-" + L, a.shared.told.get(a.shared.told.size() - 1));
        assertEquals(List.of(), a.shared.pending(9));
    }

    /** Who asks this node waits for the lock, and the disk may be slow. */
    @Test
    void whatIsAppliedIsWrittenWhileOthersCanReadAndToldWhenItIsOnDisk() {
        List<String> disk = new ArrayList<>();
        b.things.disk = key -> {
            disk.add(key);
            assertTrue(b.locked && !b.exclusively);
            assertEquals(1, b.shared.pending(9).size());
        };
        a.things.edit(W, "workspace");
        a.publish();
        b.apply();
        assertEquals(List.of(W), disk);
        assertEquals(List.of(), b.shared.pending(9));
    }

    @Test
    void whatCannotBeWrittenIsTriedAgain() throws Exception {
        applyToFullDisk();
        assertEquals(Map.of(W, "It cannot be written to disk: no space"), b.shared.failed);
        writtenOnceThereIsSpace();
        assertEquals(Map.of(), b.shared.failed);
    }

    private void applyToFullDisk() {
        b.things.disk = key -> {
            throw new IllegalStateException("no space");
        };
        a.things.edit(W, "workspace");
        a.publish();
        b.apply();
    }

    private void writtenOnceThereIsSpace() throws Exception {
        List<String> disk = new ArrayList<>();
        b.things.disk = disk::add;
        until(() -> {
            b.apply();
            return b.shared.pending(9).isEmpty();
        });
        assertEquals(List.of(W), disk);
    }

    /** Or it would not be tried again before something else is, and nobody would see that it is not there. */
    @Test
    void whatCannotBeWrittenIsMissingInAComparison() throws Exception {
        applyToFullDisk();
        assertTrue(b.compareAll());
        assertEquals(1, b.shared.pending(9).size());
        writtenOnceThereIsSpace();
        assertTrue(b.compareAll());
        assertEquals(List.of(), b.shared.pending(9));
    }

    /** What was read is as it was before; to tell that it was applied would make an edit of that. */
    @Test
    void whatWasReadAnewFromDiskBeforeItWasWrittenIsAppliedAgain() {
        a.things.edit(W, "old");
        a.publish();
        b.apply();
        a.things.edit(W, "new");
        a.publish();
        b.unlocked = () -> {
            b.reloads++;
            b.things.texts.put(W, "old");
            b.unlocked = () -> {};
        };
        b.things.disk = key -> assertEquals("new", b.things.texts.get(key));
        b.apply();
        assertTrue(b.compareAll());
        assertEquals(List.of(), b.shared.told);
        b.apply();
        assertEquals("new", b.things.texts.get(W));
    }

    /** In the emptied catalog there was nothing to remove; it was told as removed, read from its file, and published again. */
    @Test
    void aRoundThatAReloadBeganInGoesNotOn() {
        a.things.edit(W, "workspace");
        a.things.edit(S, "store");
        a.publish();
        b.apply();
        a.things.remove(S);
        a.publish();
        b.things.applied.clear();
        b.waiting = () -> b.reloads++;
        b.apply();
        assertEquals(List.of(), b.things.applied);
        b.waiting = () -> {};
        b.unlocked = () -> {
            b.reloads++;
            b.unlocked = () -> {};
        };
        b.apply();
        assertEquals(1, b.shared.pending(9).size(), "what was applied to before is not told");
        b.apply();
        assertEquals(a.things.texts, b.things.texts);
        assertEquals(List.of(), b.shared.pending(9));
        assertEquals(Map.of(), b.shared.failed);
    }

    /** Not by chance between two steps of somebody's edit: jms-cluster applied without the lock. */
    @Test
    void allIsReadAndAppliedUnderTheConfigurationLock() {
        a.things.edit(W, "workspace");
        a.things.edit(S, "store");
        a.publish();
        b.apply();
        b.things.remove(S);
        b.publish();
        assertTrue(b.compareAll());
        a.apply();
        assertEquals(Set.of(true), a.things.locks);
        assertEquals(Set.of(true), b.things.locks);
        assertEquals(Map.of(W, "workspace"), a.things.texts);
    }

    /** A pure replica of jms-cluster published from the first change on that it had applied. */
    @Test
    void aReadOnlyNodePublishesNothingHoweverMuchItApplies() {
        b.shared.readOnly = true;
        for (String text : List.of("one", "two")) {
            a.things.edit(W, text);
            a.publish();
            b.apply();
            b.things.edit(W, "edited on the replica");
            b.things.edit("things/100/own", "of the replica");
            b.publish();
            b.apply();
            assertEquals(text, b.things.texts.get(W));
        }
        assertEquals(List.of(), b.shared.told);
        assertEquals(List.of("+" + W, "+" + W), a.shared.told);
    }

    /** In a shared data directory the refused edit is in the file as well. */
    @Test
    void whatAReadOnlyNodeUndoesItAlsoWrites() {
        b.shared.readOnly = true;
        b.shared.sameDirectory = true;
        a.things.edit(W, "one");
        a.publish();
        b.apply();
        assertEquals(List.of(), b.things.written);
        b.things.edit(W, "edited on the replica");
        b.publish();
        b.apply();
        assertEquals(List.of(W), b.things.written);
        a.things.edit(W, "two");
        a.publish();
        b.apply();
        assertEquals(List.of(W), b.things.written);
        assertEquals(a.things.texts, b.things.texts);
    }

    /** Of so many changes that they are not noted one by one, the comparison finds those that are left out. */
    @Test
    void thereAreBounds() {
        ChangedKeys keys = new ChangedKeys();
        for (int i = 0; i < ChangedKeys.MAX; i++) {
            assertTrue(keys.add("things/100/" + i));
        }
        assertFalse(keys.add("things/100/more"));
        assertTrue(keys.add("things/100/1"));
        assertEquals(100, keys.take(100).size());
        assertTrue(keys.add("things/100/more"));
    }

    @Test
    void theThreadPublishesAndAppliesAndComparesAtFirst() throws Exception {
        a.things.texts.put(W, "was there before");
        a.run();
        until(() -> a.shared.content(W) != null);
        assertEquals(List.of("+" + W), a.shared.told);
    }

    /** Ten thousand layers take seconds to compare, in which GeoServer would not answer yet. */
    @Test
    void theFirstComparisonLetsGeoServerStartUnlessOthersWroteSomething() throws Exception {
        a.things.edit(W, "one");
        a.publish();
        b.apply();
        a.things.texts.put(W, "edited while it was down");
        a.run(TimeUnit.HOURS.toMillis(1));
        a.replicator.caughtUp().get(30, TimeUnit.SECONDS);
        a.things.edit(S, "edited since");
        until(() -> a.shared.content(S) != null);
        assertEquals(List.of("+" + W, "+" + S), a.shared.told);

        b.things.edit(W, "edited meanwhile");
        b.publish();
        a.replicator.wake();
        until(() -> "edited meanwhile".equals(a.things.texts.get(W)));
        assertEquals(List.of(W), a.shared.conflicts().stream().map(Conflict::key).toList());
    }

    @Test
    void theFirstComparisonComesByItself() throws Exception {
        a.things.edit(W, "one");
        a.publish();
        a.things.texts.put(W, "edited while it was down");
        a.run(10);
        until(() -> a.shared.told.equals(List.of("+" + W, "+" + W)));
    }

    @Test
    void aPartCanHaveAllCompared() throws Exception {
        a.run();
        a.replicator.caughtUp().get(30, TimeUnit.SECONDS);
        a.things.texts.put(W, "edited unheard");
        a.replicator.changed(Part.ALL);
        until(() -> a.shared.content(W) != null);
        assertEquals(0, a.replicator.unpublished());
    }

    @Test
    void whoIsNotAdmittedPublishesAndAppliesNothing() throws Exception {
        a.admission = Admission.NONE;
        a.things.texts.put(W, "mine");
        a.run();
        a.replicator.changed(W);
        until(() -> a.replicator.unpublished() == 1);
        assertEquals(null, a.shared.content(W));
        a.admission = Admission.NEW;
        a.replicator.wake();
        until(() -> a.shared.content(W) != null);
    }

    /** A reload removes and adds all services again; jms-cluster published that (A.50). */
    @Test
    void whatAReloadDoesIsNotPublished() throws Exception {
        a.things.texts.put(W, "one");
        a.things.texts.put(S, "two");
        a.run();
        until(() -> a.shared.content(S) != null);
        a.replicator.hold();
        a.things.remove(W);
        a.things.edit(W, "one");
        a.things.edit(S, "edited by hand");
        a.replicator.release();
        until(() -> new String(a.shared.content(S).bytes(), java.nio.charset.StandardCharsets.UTF_8).equals("edited by hand"));
        assertEquals(new TreeMap<>(Map.of(W, "one", S, "edited by hand")), a.things.texts);
        assertFalse(a.shared.told.contains("-" + W));
    }

    @Test
    void errorsDoNotEndTheThread() throws Exception {
        a.run();
        assertTrue(a.replicator.submit(() -> {
            throw new AssertionError("of a task");
        }));
        a.things.edit(W, "after it");
        until(() -> a.shared.content(W) != null);
    }
}
