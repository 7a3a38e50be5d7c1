// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Date;
import java.util.Objects;
import net.opengis.wps10.ExecuteType;
import org.geotools.api.feature.type.Name;

/** The state of one execution of a process. */
@SuppressWarnings("serial") // GeoServer's is serialisable; the shim never serialises it
public class ExecutionStatus implements Serializable, Comparable<ExecutionStatus> {
    private static final long serialVersionUID = 1L;

    public static final String NODE_IDENTIFIER = localHost();

    Name processName;
    String executionId;
    boolean asynchronous;
    ProcessState phase;
    float progress;
    String userName;
    Date creationTime;
    Date completionTime;
    Date lastUpdated;
    Date expirationDate;
    Date estimatedCompletion;
    Date nextPoll;
    String task;
    Throwable exception;
    transient ExecuteType request;
    String nodeId;

    public ExecutionStatus(Name processName, String executionId, boolean asynchronous) {
        this.processName = processName;
        this.executionId = executionId;
        this.asynchronous = asynchronous;
        this.creationTime = new Date();
        this.lastUpdated = creationTime;
        this.nodeId = NODE_IDENTIFIER;
        setPhase(ProcessState.QUEUED);
    }

    public ExecutionStatus(ExecutionStatus other) {
        processName = other.processName;
        executionId = other.executionId;
        asynchronous = other.asynchronous;
        setPhase(other.phase);
        progress = other.progress;
        userName = other.userName;
        creationTime = other.creationTime;
        completionTime = other.completionTime;
        lastUpdated = other.lastUpdated;
        expirationDate = other.expirationDate;
        estimatedCompletion = other.estimatedCompletion;
        nextPoll = other.nextPoll;
        task = other.task;
        exception = other.exception;
        request = other.request;
        nodeId = other.nodeId;
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    public Name getProcessName() {
        return processName;
    }

    public String getSimpleProcessName() {
        return processName.toString();
    }

    public String getExecutionId() {
        return executionId;
    }

    public boolean isAsynchronous() {
        return asynchronous;
    }

    public ProcessState getPhase() {
        return phase;
    }

    /** Sets the phase; a phase that ends the process sets the completion time if there is none. */
    public void setPhase(ProcessState phase) {
        this.phase = phase;
        if (phase != null && phase.isExecutionCompleted() && completionTime == null) {
            completionTime = new Date();
        }
    }

    public float getProgress() {
        return progress;
    }

    public void setProgress(float progress) {
        this.progress = progress;
    }

    public String getUserName() {
        return userName;
    }

    public void setUserName(String userName) {
        this.userName = userName;
    }

    public Date getCreationTime() {
        return creationTime;
    }

    public void setCreationTime(Date creationTime) {
        this.creationTime = creationTime;
    }

    public Date getCompletionTime() {
        return completionTime;
    }

    public void setCompletionTime(Date completionTime) {
        this.completionTime = completionTime;
    }

    public Date getLastUpdated() {
        return lastUpdated;
    }

    public void setLastUpdated(Date lastUpdated) {
        this.lastUpdated = lastUpdated;
    }

    public Date getExpirationDate() {
        return expirationDate;
    }

    public void setExpirationDate(Date expirationDate) {
        this.expirationDate = expirationDate;
    }

    public Date getEstimatedCompletion() {
        return estimatedCompletion;
    }

    public void setEstimatedCompletion(Date estimatedCompletion) {
        this.estimatedCompletion = estimatedCompletion;
    }

    public Date getNextPoll() {
        return nextPoll;
    }

    public void setNextPoll(Date nextPoll) {
        this.nextPoll = nextPoll;
    }

    public String getTask() {
        return task;
    }

    public void setTask(String task) {
        this.task = task;
    }

    public Throwable getException() {
        return exception;
    }

    /** Sets the exception, which makes the process FAILED. */
    public void setException(Throwable exception) {
        this.exception = exception;
        setPhase(ProcessState.FAILED);
    }

    public ExecuteType getRequest() {
        return request;
    }

    public void setRequest(ExecuteType request) {
        this.request = request;
    }

    public String getNodeId() {
        return nodeId;
    }

    private Object[] fields() {
        return new Object[] {
            processName, executionId, asynchronous, phase, progress, userName, creationTime, completionTime,
            lastUpdated, expirationDate, estimatedCompletion, nextPoll, task, nodeId
        };
    }

    /** Everything but the exception and the request. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ExecutionStatus
                && java.util.Arrays.equals(fields(), ((ExecutionStatus) other).fields());
    }

    @Override
    public int hashCode() {
        return Objects.hash(fields());
    }

    @Override
    public int compareTo(ExecutionStatus other) {
        return executionId.compareTo(other.executionId);
    }

    @Override
    public String toString() {
        return java.util.Arrays.toString(fields()) + " " + exception;
    }
}
