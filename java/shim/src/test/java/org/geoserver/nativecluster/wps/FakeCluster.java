// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.nativecluster.nativelib.SaveResult;
import org.geoserver.nativecluster.nativelib.SaveResult.Outcome;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;

/** A map of statuses in memory, for what a real cluster does only at the wrong moment. It answers no queries. */
final class FakeCluster extends Cluster implements ClusterNode {
    static final String ME = "me";

    final Map<String, byte[]> records = new TreeMap<>();
    final Set<String> removed = new TreeSet<>();
    final Set<String> up = new TreeSet<>();

    /** Each save: execution, phase, whether all members were to confirm it. */
    final List<String> saves = new ArrayList<>();

    /** Commands that were sent: to whom. */
    final List<String> requests = new ArrayList<>();

    /** The answer to commands, null if the member is silent. */
    volatile Command.Answer answer;

    /** Called before a save is looked at. */
    Runnable beforeSave = () -> {};

    RuntimeException broken;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    FakeCluster() {
        super(0);
    }

    /** What another node has saved. */
    void otherSaves(ExecutionStatus status, String owner, boolean presumed) {
        byte[] record = StatusCodec.encode(status, owner);
        record[2] |= presumed ? 2 : 0;
        records.put(status.getExecutionId(), record);
    }

    /** What another node has removed. */
    void otherRemoves(String id) {
        records.remove(id);
        removed.add(id);
    }

    void deliver(Event event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    ProcessState phase(String id) {
        return StatusCodec.decode(records.get(id)).status().getPhase();
    }

    private void check() {
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public SaveResult statusSave(byte[] record, boolean all, long timeoutMillis) {
        check();
        Runnable before = beforeSave;
        beforeSave = () -> {};
        before.run();
        ExecutionStatus status = StatusCodec.decode(record).status();
        String id = status.getExecutionId();
        if (removed.contains(id)) {
            return new SaveResult(Outcome.REMOVED, 0);
        }
        if (records.containsKey(id)) {
            StatusRecord old = StatusCodec.decode(records.get(id));
            ProcessState phase = old.status().getPhase();
            if (!old.presumed() && !status.getPhase().isValidSuccessor(phase)) {
                return new SaveResult(Outcome.REFUSED, StatusCodec.code(phase));
            }
        }
        records.put(id, record);
        saves.add(id + " " + status.getPhase() + " " + all);
        return new SaveResult(Outcome.SAVED, 0);
    }

    @Override
    public byte[] statusGet(String executionId, long remoteTimeoutMillis) {
        check();
        return records.get(executionId);
    }

    @Override
    public byte[] statusRemove(String executionId) {
        check();
        removed.add(executionId);
        return records.remove(executionId);
    }

    @Override
    public byte[] request(String memberId, byte[] payload, long timeoutMillis) {
        requests.add(memberId + " " + Command.decode(payload).executionId());
        return answer == null ? null : answer.encode();
    }

    @Override
    public void reply(String requestId, byte[] payload) {
        answer = Command.Answer.decode(payload);
    }

    @Override
    public long fetch(String executionId, String relativePath, Path target, String ownerId, long silenceMillis) {
        return -1;
    }

    @Override
    public void setFilesRoot(Path directory) {}

    @Override
    public Cluster cluster() {
        return this;
    }

    @Override
    public String memberId() {
        return ME;
    }

    @Override
    public boolean isUp(String memberId) {
        return ME.equals(memberId) || up.contains(memberId);
    }

    @Override
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    static ClusterException closed() {
        return new ClusterException(ClusterException.CLOSED, "closed");
    }
}
