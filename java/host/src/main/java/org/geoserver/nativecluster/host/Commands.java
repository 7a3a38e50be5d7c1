// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.geoserver.platform.ModuleStatus;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.FilterFactory;
import org.geotools.api.filter.sort.SortOrder;
import org.geotools.factory.CommonFactoryFinder;

/**
 * What a node can be told to do, a line each:
 *
 * <pre>
 * submit NAME=VALUE&amp;...   starts a process with these inputs, see FakeProcess: id
 * execute NAME=VALUE&amp;...  the same synchronously: id
 * status ID               phase, progress, task, node, exception
 * response ID             document
 * output ID NAME          size, sha256
 * dismiss ID              document
 * list [PHASE]            count, ids in order of creation
 * open GATE               lets the processes of this JVM that wait for the gate go on
 * cluster                 json
 * module                  enabled, message
 * </pre>
 */
final class Commands {
    private final EmbeddedHost host;

    Commands(EmbeddedHost host) {
        this.host = host;
    }

    Reply execute(String line) {
        String[] words = line.trim().split(" +", 3);
        try {
            switch (words[0]) {
                case "submit":
                    return Reply.of("id", host.submit(inputs(words)));
                case "execute":
                    return Reply.of("id", host.submit(inputs(words), true));
                case "status":
                    return status(words[1]);
                case "response":
                    return Reply.of("document", host.response(words[1]));
                case "output":
                    return output(words[1], words[2]);
                case "dismiss":
                    return Reply.of("document", host.dismiss(words[1]));
                case "list":
                    return list(words.length > 1 ? words[1] : null);
                case "open":
                    FakeProcess.open(words[1]);
                    return Reply.of();
                case "cluster":
                    return Reply.of("json", host.cluster());
                case "module":
                    ModuleStatus module = host.module();
                    return Reply.of(
                            "enabled",
                            String.valueOf(module.isEnabled()),
                            "message",
                            module.getMessage().orElse(""));
                default:
                    throw new IllegalArgumentException("no command: " + words[0]);
            }
        } catch (IOException | RuntimeException e) {
            return Reply.of(e);
        }
    }

    private static Map<String, String> inputs(String[] words) {
        return words.length > 1 ? Reply.values(words[1]) : Map.of();
    }

    private Reply status(String id) {
        ExecutionStatus status = host.statuses().get(id);
        if (status == null) {
            return Reply.of("phase", "");
        }
        return Reply.of(
                "phase", status.getPhase().name(),
                "progress", String.valueOf(status.getProgress()),
                "task", String.valueOf(status.getTask()),
                "node", String.valueOf(status.getNodeId()),
                "exception", status.getException() == null ? "" : status.getException().toString());
    }

    private Reply output(String id, String name) throws IOException {
        try (DigestInputStream in = new DigestInputStream(
                host.output(id, name), MessageDigest.getInstance("SHA-256"))) {
            long size = in.transferTo(java.io.OutputStream.nullOutputStream());
            return Reply.of(
                    "size", String.valueOf(size),
                    "sha256", HexFormat.of().formatHex(in.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Reply list(String phase) {
        FilterFactory ff = CommonFactoryFinder.getFilterFactory();
        Filter filter =
                phase == null ? Filter.INCLUDE : ff.equal(ff.property("phase"), ff.literal(phase), true);
        Query query = new Query("GetExecutions", filter);
        query.setSortBy(ff.sort("creationTime", SortOrder.ASCENDING));
        List<String> ids = host.statuses().list(query).stream()
                .map(ExecutionStatus::getExecutionId)
                .toList();
        return Reply.of("count", String.valueOf(ids.size()), "ids", String.join(",", ids));
    }
}
