// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Administration;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Conflict;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.rest.NodeCommands.Verb;
import org.geoserver.nativecluster.wps.ClusterNode;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The cluster over REST. The path {@code /rest/cluster} itself is left to GeoServer's JMS cluster module. Every answer is
 * JSON; one that is no success is {@code {"error": …}}.
 */
@RestController
@RequestMapping(path = "/rest/cluster")
public class ClusterController implements DisposableBean {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    private static final Logger LOGGER = Logging.getLogger(ClusterController.class);

    private final ClusterNode node;
    private final Administration active;
    private final NodeCommands commands;

    public ClusterController(ClusterNode node, Administration active) {
        this.node = node;
        this.active = active;
        this.commands = new NodeCommands(node, active);
    }

    /** This node, the members it sees, and what they share. */
    @GetMapping("/status")
    public ResponseEntity<byte[]> status() {
        return answer(() -> {
            JsonText shared = new JsonText()
                    .put("enabled", active.isActive())
                    .put("readOnly", active.isReadOnly())
                    .put("message", active.summary());
            if (active.isActive()) {
                shared.put("unpublished", active.unpublished())
                        .put("differences", active.differences(Integer.MAX_VALUE).size())
                        .put("conflicts", active.objects().conflicts().size());
            }
            String cluster = node.cluster() == null ? "null" : node.cluster().status();
            JsonText all = new JsonText().putJson("cluster", cluster).putJson("activeClustering", shared.toString());
            return response(OK, all.toString());
        });
    }

    /** The versions that lost against a later one and are kept, the latest first. */
    @GetMapping("/conflicts")
    public ResponseEntity<byte[]> conflicts() {
        return whileActive(() -> {
            List<String> conflicts = new ArrayList<>();
            for (Conflict conflict : active.objects().conflicts()) {
                conflicts.add(describe(conflict).toString());
            }
            return response(OK, new JsonText().put("conflicts", conflicts).toString());
        });
    }

    /** A version that lost, beside what the cluster says now. */
    @GetMapping("/conflicts/{id}")
    public ResponseEntity<byte[]> conflict(@PathVariable("id") String id) {
        return withConflict(id, conflict -> {
            SharedObjects objects = active.objects();
            Content current = objects.content(conflict.key());
            JsonText json = describe(conflict)
                    .putJson("kept", Version.json(conflict.key(), bytes(objects.conflict(id))))
                    .putJson("current", Version.json(conflict.key(), bytes(current)));
            return response(OK, json.toString());
        });
    }

    private static byte[] bytes(Content content) {
        return content == null ? null : content.bytes();
    }

    /** Puts a version that lost back in its place, on all nodes. */
    @PostMapping("/conflicts/{id}/restore")
    public ResponseEntity<byte[]> restore(@PathVariable("id") String id) {
        return withConflict(id, conflict -> {
            if (active.isReadOnly()) {
                return error(CONFLICT, "This node is read-only: restore it on another one");
            }
            active.restore(id);
            return response(OK, new JsonText().put("restored", conflict.key()).toString());
        });
    }

    /** Forgets a version that lost. */
    @DeleteMapping("/conflicts/{id}")
    public ResponseEntity<byte[]> drop(@PathVariable("id") String id) {
        return whileActive(() -> active.objects().dropConflict(id)
                ? response(OK, new JsonText().put("dropped", id).toString())
                : unknown(id));
    }

    /** What differs on each node from what the cluster says. */
    @GetMapping("/drift")
    public ResponseEntity<byte[]> drift() {
        return everywhere(Verb.DRIFT);
    }

    /** Compares everything on each node with what the cluster says, and removes the differences. */
    @PostMapping("/drift/repair")
    public ResponseEntity<byte[]> repair() {
        return everywhere(Verb.REPAIR);
    }

    /** Has each node read its configuration again, one after the other. */
    @PostMapping("/reload")
    public ResponseEntity<byte[]> reload() {
        return everywhere(Verb.RELOAD);
    }

    @Override
    public void destroy() {
        commands.close();
    }

    private ResponseEntity<byte[]> everywhere(Verb verb) {
        return whileActive(() -> response(OK, new JsonText().put("nodes", commands.everywhere(verb)).toString()));
    }

    private static JsonText describe(Conflict conflict) {
        return new JsonText()
                .put("id", conflict.id())
                .put("key", conflict.key())
                .put("writtenBy", conflict.node())
                .put("when", conflict.when())
                .put("reason", conflict.reason());
    }

    /** What is done with a version that lost. */
    @FunctionalInterface
    private interface WithConflict {
        ResponseEntity<byte[]> answer(Conflict conflict);
    }

    private ResponseEntity<byte[]> withConflict(String id, WithConflict with) {
        return whileActive(() -> {
            for (Conflict conflict : active.objects().conflicts()) {
                if (conflict.id().equals(id)) {
                    return with.answer(conflict);
                }
            }
            return unknown(id);
        });
    }

    private static ResponseEntity<byte[]> unknown(String id) {
        return error(NOT_FOUND, "There is no conflict " + id + ": GET /rest/cluster/conflicts lists them");
    }

    private ResponseEntity<byte[]> whileActive(Supplier<ResponseEntity<byte[]>> answer) {
        return answer(() -> active.isActive() ? answer.get() : error(UNAVAILABLE, active.summary()));
    }

    private static ResponseEntity<byte[]> answer(Supplier<ResponseEntity<byte[]>> answer) {
        try {
            return answer.get();
        } catch (IllegalArgumentException e) {
            return error(NOT_FOUND, e.getMessage());
        } catch (IllegalStateException e) {
            return error(CONFLICT, e.getMessage());
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "An administrator's request failed", e);
            return error(FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static ResponseEntity<byte[]> error(int code, String message) {
        return response(code, NodeCommands.error(message));
    }

    private static ResponseEntity<byte[]> response(int code, String json) {
        return ResponseEntity.status(code)
                .contentType(MediaType.APPLICATION_JSON)
                .body((json + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
