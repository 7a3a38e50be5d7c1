// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Administration;
import org.geoserver.nativecluster.active.Administration.Difference;
import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.nativecluster.nativelib.Json;
import org.geoserver.nativecluster.wps.ClusterNode;
import org.geotools.util.logging.Logging;

/** What an administrator asks of all nodes: asked here, done there, answered as one JSON object for each node. */
final class NodeCommands {
    /** What a node can be asked to do. */
    enum Verb {
        /** Says what differs there. */
        DRIFT("active-drift", 5_000),
        /** Compares everything, and removes the differences. */
        REPAIR("active-repair", 60_000),
        /** Reads the configuration from the data directory again. */
        RELOAD("active-reload", 300_000);

        private final String word;
        private final long millis;

        Verb(String word, long millis) {
            this.word = word;
            this.millis = millis;
        }

        private static Verb of(byte[] payload) {
            String word = new BinaryReader(payload).string();
            for (Verb verb : values()) {
                if (verb.word.equals(word)) {
                    return verb;
                }
            }
            return null;
        }
    }

    /** Most commands of other nodes that wait; there are as many as administrators who ask at once. */
    private static final int MAX_WAITING = 20;

    /** Most differences that a node tells of. */
    private static final int MAX_DIFFERENCES = 1_000;

    private static final Logger LOGGER = Logging.getLogger(NodeCommands.class);

    private final ClusterNode node;
    private final Administration here;

    /** One thread, which ends when there is nothing to do: a reload takes its time, and must not hold up the events. */
    private final ThreadPoolExecutor commands = new ThreadPoolExecutor(
            1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                Thread created = new Thread(task, "gs-native-cluster-administration");
                created.setDaemon(true);
                return created;
            });

    NodeCommands(ClusterNode node, Administration here) {
        this.node = node;
        this.here = here;
        commands.allowCoreThreadTimeOut(true);
        node.listen(this::onEvent);
    }

    /** Has it done on this node, and then on one member after another, so that not all are busy at once. */
    List<String> everywhere(Verb verb) {
        List<String> answers = new ArrayList<>();
        answers.add(named(ownName(), execute(verb)));
        byte[] payload = new BinaryWriter().string(verb.word).toByteArray();
        others().forEach((id, name) -> answers.add(named(name, ask(id, payload, verb.millis))));
        return answers;
    }

    private static String named(String name, String answer) {
        return new JsonText().put("node", name).putJson("answer", answer).toString();
    }

    private String ask(String member, byte[] payload, long millis) {
        try {
            byte[] reply = node.cluster().request(member, payload, millis);
            return reply != null
                    ? new String(reply, StandardCharsets.UTF_8)
                    : error("It did not answer within " + millis / 1000 + " s");
        } catch (RuntimeException e) {
            return error(String.valueOf(e.getMessage()));
        }
    }

    private String ownName() {
        return String.valueOf(Json.object(node.cluster().status()).get("name"));
    }

    /** Ids and names of the other members that are up. */
    private Map<String, String> others() {
        Map<String, String> others = new LinkedHashMap<>();
        Object members = Json.object(node.cluster().status()).get("members");
        if (members instanceof List) {
            for (Object member : (List<?>) members) {
                Map<?, ?> properties = (Map<?, ?>) member;
                if (!Boolean.TRUE.equals(properties.get("self"))) {
                    others.put(String.valueOf(properties.get("id")), String.valueOf(properties.get("name")));
                }
            }
        }
        return others;
    }

    private void onEvent(Event event) {
        if (!(event instanceof Event.Request)) {
            return;
        }
        Event.Request request = (Event.Request) event;
        Verb verb = Verb.of(request.payload());
        if (verb == null) {
            return;
        }
        try {
            commands.execute(() -> reply(request, execute(verb)));
        } catch (RejectedExecutionException e) {
            reply(request, error("It has too many commands to do"));
        }
    }

    private void reply(Event.Request request, String answer) {
        try {
            node.cluster().reply(request.requestId(), answer.getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "A command of member " + request.memberId() + " was not answered", e);
        }
    }

    /** Does it on this node. */
    private String execute(Verb verb) {
        try {
            if (!here.isActive()) {
                return error(here.summary());
            }
            switch (verb) {
                case REPAIR:
                    return differences(here.repair(Verb.REPAIR.millis / 2));
                case RELOAD:
                    here.reload();
                    return new JsonText().put("reloaded", true).toString();
                default:
                    return differences(true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error("It stops");
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "The command " + verb.word + " failed", e);
            return error(String.valueOf(e.getMessage()));
        }
    }

    private String differences(boolean complete) {
        List<String> differences = new ArrayList<>();
        for (Difference difference : here.differences(MAX_DIFFERENCES)) {
            differences.add(new JsonText()
                    .put("key", difference.key())
                    .put("reason", difference.reason())
                    .put("writtenBy", difference.node())
                    .put("when", difference.when())
                    .toString());
        }
        return new JsonText()
                .put("complete", complete)
                .put("unpublished", here.unpublished())
                .put("differences", differences)
                .toString();
    }

    static String error(String message) {
        return new JsonText().put("error", message).toString();
    }

    void close() {
        commands.shutdownNow();
    }
}
