// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.geoserver.nativecluster.active.Administration;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Conflict;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;

/** Active clustering that keeps its objects in maps. */
final class FakeAdministration implements Administration {
    final Map<String, Content> current = new LinkedHashMap<>();
    final Map<Conflict, Content> kept = new LinkedHashMap<>();
    final List<Difference> differences = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    boolean active = true;
    boolean readOnly;
    RuntimeException broken;

    void conflict(String id, String key, byte[] lost, byte[] now) {
        kept.put(new Conflict(id, key, "B", 1234, "a later one of A"), new Content(lost, 0));
        current.put(key, new Content(now, 0));
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public String summary() {
        return active ? "the catalog is shared" : "switched off, \"really\"";
    }

    @Override
    public int unpublished() {
        return 2;
    }

    @Override
    public List<Difference> differences(int max) {
        return differences.subList(0, Math.min(max, differences.size()));
    }

    @Override
    public boolean repair(long timeoutMillis) {
        call("repair");
        differences.clear();
        return true;
    }

    @Override
    public void restore(String conflictId) {
        call("restore " + conflictId);
    }

    @Override
    public void reload() {
        call("reload");
    }

    private void call(String what) {
        calls.add(what);
        if (broken != null) {
            throw broken;
        }
    }

    /** What the controller asks of the native side; nothing else is answered. */
    @Override
    public SharedObjects objects() {
        return (SharedObjects) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SharedObjects.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "conflicts":
                            return new ArrayList<>(kept.keySet());
                        case "conflict":
                            return kept.get(find((String) arguments[0]));
                        case "dropConflict":
                            return kept.remove(find((String) arguments[0])) != null;
                        case "content":
                            return current.get((String) arguments[0]);
                        default:
                            throw new AssertionError(method.getName() + " is nothing that the controller needs");
                    }
                });
    }

    private Conflict find(String id) {
        return kept.keySet().stream()
                .filter(conflict -> conflict.id().equals(id))
                .findFirst()
                .orElse(null);
    }
}
