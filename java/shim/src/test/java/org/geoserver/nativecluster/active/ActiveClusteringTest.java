// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.config.GeoServer;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;
import org.geoserver.platform.GeoServerResourceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What GeoServer and administrators ask of active clustering. */
class ActiveClusteringTest {
    private static final String W = "things/100/workspace";
    private static final String S = "things/300/store";

    @TempDir
    Path folder;

    private final Lock lock = new Lock();
    private final FakeSharedObjects shared = new FakeSharedObjects(new Cloud(), "a");
    private final Things things = new Things();
    private final List<Boolean> reloads = new ArrayList<>();
    private ActiveClustering active;
    private boolean broken;

    /** As GeoServer's, without its half minute. */
    private static final class Lock extends GeoServerConfigurationLock {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

        @Override
        public boolean tryLock(LockType type) {
            return type == LockType.WRITE ? lock.writeLock().tryLock() : lock.readLock().tryLock();
        }

        @Override
        public void unlock() {
            (lock.isWriteLockedByCurrentThread() ? lock.writeLock() : lock.readLock()).unlock();
        }
    }

    @BeforeEach
    void start() {
        GeoServer geoServer = (GeoServer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {GeoServer.class}, (proxy, method, arguments) -> {
                    assertEquals("reload", method.getName());
                    reloads.add(lock.lock.isWriteLockedByCurrentThread());
                    if (broken) {
                        throw new java.io.IOException("no disk");
                    }
                    return null;
                });
        Equipment equipment = new Equipment() {
            @Override
            public String objection() {
                return null;
            }

            @Override
            public SharedObjects objects(Runnable wake) {
                return shared;
            }

            @Override
            public List<Part> parts() {
                return List.of(things);
            }
        };
        active = new ActiveClustering(
                equipment, geoServer, lock, new GeoServerResourceLoader(folder.toFile()), new ActiveOptions(Policy.REFUSE, false));
    }

    @AfterEach
    void stop() {
        active.destroy();
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in time");
            Thread.onSpinWait();
        }
    }

    /** A workspace that was made meanwhile was answered with 201 and thrown away. */
    @Test
    void nobodyEditsWhileTheConfigurationIsReadAgain() {
        active.reload();
        broken = true;
        assertThrows(IllegalStateException.class, active::reload);
        assertEquals(List.of(true, true), reloads);
        assertFalse(lock.lock.isWriteLocked());
        // a request that reads
        lock.tryLock(GeoServerConfigurationLock.LockType.READ);
        assertThrows(IllegalStateException.class, active::reload);
        assertEquals(2, reloads.size());
        lock.unlock();
    }

    /** The catalog of a GeoServer that stops is emptied before its context is closed. */
    @Test
    void whatIsDisposedOfWasNotRemoved() {
        active.onApplicationEvent(null);
        things.edit(W, "workspace");
        // the first comparison may have published it before its own turn came, which then stays for after the reload
        until(() -> shared.content(W) != null && active.unpublished() == 0);
        active.onDispose();
        things.remove(W);
        assertEquals(0, active.unpublished());
        things.texts.put(S, "read from disk");
        things.texts.put(W, "workspace");
        active.onReload();
        until(() -> shared.content(S) != null);
        assertFalse(shared.told.contains("-" + W));
    }
}
