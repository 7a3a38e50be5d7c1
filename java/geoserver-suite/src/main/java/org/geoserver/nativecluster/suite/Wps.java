// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The WPS of a node, through OWS.
 *
 * @param node the node
 */
public record Wps(Node node) {
    private static final String BASE = "ows?service=WPS&version=1.0.0&request=";
    private static final Pattern EXECUTION_ID = Pattern.compile("executionId=([0-9a-f-]{36})");

    /** What a status document says. */
    public enum Phase {
        ACCEPTED("ProcessAccepted"),
        STARTED("ProcessStarted"),
        SUCCEEDED("ProcessSucceeded"),
        FAILED("ProcessFailed"),
        /** Not a status but an exception. */
        UNKNOWN("ExceptionReport");

        private final String element;

        Phase(String element) {
            this.element = element;
        }

        /** What a document says. */
        public static Phase of(Answer answer) {
            Xml document = answer.xml();
            for (Phase phase : values()) {
                if (document.name().equals(phase.element) || document.has(phase.element)) {
                    return phase;
                }
            }
            throw new AssertionError("No status: " + answer);
        }
    }

    /**
     * A row of GetExecutions.
     *
     * @param id the execution
     * @param status GeoServer's name of the phase
     * @param owner who asked for it
     * @param process its process
     */
    public record Listed(String id, String status, String owner, String process) {}

    /** Submits an asynchronous request as administrator and returns the execution id. */
    public String submit(Execute request) throws IOException, InterruptedException {
        Answer answer = node.post("ows", request.xml()).expectGood();
        Matcher id = EXECUTION_ID.matcher(String.valueOf(answer.xml().attribute("statusLocation")));
        if (!id.find()) {
            throw new AssertionError("No status location: " + answer);
        }
        return id.group(1);
    }

    /** Sends any request as administrator, or as nobody. */
    public Answer execute(Execute request, boolean anonymously) throws IOException, InterruptedException {
        return node.post("ows", request.xml(), anonymously ? null : "admin:geoserver");
    }

    public Answer status(String id) throws IOException, InterruptedException {
        return node.get(BASE + "GetExecutionStatus&executionId=" + id);
    }

    public Answer dismiss(String id) throws IOException, InterruptedException {
        return node.get(BASE + "Dismiss&executionId=" + id);
    }

    /** The output that a response document refers to, asked of this node, whoever made the document. */
    public Answer result(Answer response) throws IOException, InterruptedException {
        Xml reference = response.xml().first("Reference");
        if (reference == null) {
            throw new AssertionError("No reference to an output: " + response);
        }
        return node.get("ows?" + URI.create(reference.attribute("href")).getRawQuery());
    }

    /** GetExecutions. */
    public Answer executions(String parameters) throws IOException, InterruptedException {
        return node.get(BASE + "GetExecutions&" + parameters);
    }

    /** What GetExecutions lists, in the order of the document. */
    public List<Listed> list(String parameters) throws IOException, InterruptedException {
        return list(executions(parameters).expectGood());
    }

    /** What an answer to GetExecutions lists. */
    public static List<Listed> list(Answer answer) {
        return answer.xml().all("ExecuteResponse").stream()
                .map(Wps::listed)
                .collect(Collectors.toList());
    }

    private static Listed listed(Xml row) {
        // the element Status with attributes holds one of the same name with the phase
        Xml status = row.first("Status");
        return new Listed(status.text("JobID"), status.text("Status"), status.text("Owner"), status.text("Identifier"));
    }

    /** Waits for a phase, and returns the document that says it. */
    public Answer await(String id, Phase phase) {
        return Await.value(id + " is " + phase + " on " + node, Await.SOON, () -> {
            Answer answer = status(id);
            if (Phase.of(answer) != phase) {
                throw new AssertionError(answer.toString());
            }
            return answer;
        });
    }

    /** What percentage a status document says, or -1. */
    public static int percent(Answer status) {
        Xml started = status.xml().first("ProcessStarted");
        return started == null ? -1 : Integer.parseInt(started.attribute("percentCompleted"));
    }
}
