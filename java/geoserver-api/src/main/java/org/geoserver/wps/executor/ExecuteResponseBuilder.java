// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.opengis.wps10.ExecuteResponseType;
import net.opengis.wps10.ExecuteType;
import org.geoserver.platform.ServiceException;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.resource.WPSResourceManager;
import org.springframework.context.ApplicationContext;

/** Builds the document that answers for an execution; outputs become files of the resource manager. */
public class ExecuteResponseBuilder {
    private final ExecuteType request;
    private final ExecutionStatus status;
    private final WPSResourceManager resources;
    private Map<String, Object> outputs;

    public ExecuteResponseBuilder(ExecuteType request, ApplicationContext context, ExecutionStatus status) {
        this.request = request;
        this.status = status;
        this.resources = context.getBean(WPSResourceManager.class);
    }

    /** The outputs by file name, each an {@link InputStream}, or null if there are none. */
    public void setOutputs(Map<String, Object> outputs) {
        this.outputs = outputs;
    }

    public ExecuteResponseType build() {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<wps:ExecuteResponse xmlns:wps=\"http://www.opengis.net/wps/1.0.0\"")
                .append(" xmlns:ows=\"http://www.opengis.net/ows/1.1\" service=\"WPS\" version=\"1.0.0\">")
                .append("<wps:Process><ows:Identifier>")
                .append(escape(new ExecuteRequest(request).getProcessName().getURI()))
                .append("</ows:Identifier></wps:Process><wps:Status>")
                .append(statusElement())
                .append("</wps:Status>");
        if (outputs != null && status.getException() == null) {
            outputs.forEach((name, content) -> xml.append("<wps:Output>")
                    .append(escape(store(name, (InputStream) content)))
                    .append("</wps:Output>"));
        }
        return new Document(xml.append("</wps:ExecuteResponse>\n").toString());
    }

    private String statusElement() {
        switch (status.getPhase()) {
            case QUEUED:
                return "<wps:ProcessAccepted>Process accepted.</wps:ProcessAccepted>";
            case RUNNING:
                return "<wps:ProcessStarted percentCompleted=\"" + Math.round(status.getProgress()) + "\">"
                        + escape(String.valueOf(status.getTask())) + "</wps:ProcessStarted>";
            case SUCCEEDED:
                return "<wps:ProcessSucceeded>Process succeeded.</wps:ProcessSucceeded>";
            default:
                return failed();
        }
    }

    private String failed() {
        Throwable cause = status.getException();
        ServiceException shown = cause instanceof WPSException
                ? (WPSException) cause
                : new WPSException("Process failed during execution", cause);
        String code = shown.getCode() == null ? "NoApplicableCode" : shown.getCode();
        String locator = shown.getLocator() == null ? "" : " locator=\"" + escape(shown.getLocator()) + "\"";
        return "<wps:ProcessFailed><ows:ExceptionReport version=\"1.1.0\"><ows:Exception exceptionCode=\""
                + escape(code) + "\"" + locator + "><ows:ExceptionText>" + escape(messages(shown))
                + "</ows:ExceptionText></ows:Exception></ows:ExceptionReport></wps:ProcessFailed>";
    }

    /** The messages and texts of an exception and its causes, a line each. */
    private static String messages(Throwable top) {
        StringBuilder lines = new StringBuilder();
        for (Throwable each = top; each != null; each = each.getCause()) {
            if (each.getMessage() != null && !each.getMessage().isEmpty()) {
                lines.append(lines.length() == 0 ? "" : "\n").append(each.getMessage());
                if (each instanceof ServiceException) {
                    ((ServiceException) each).getExceptionText().forEach(text -> lines.append('\n')
                            .append(text));
                }
            }
        }
        return lines.length() == 0 ? top.getClass().getName() : lines.toString();
    }

    private String store(String name, InputStream content) {
        try (content;
                OutputStream out =
                        resources.getOutputResource(status.getExecutionId(), name).out();
                OutputStream mime = resources
                        .getOutputResource(status.getExecutionId(), name + ".mime")
                        .out()) {
            content.transferTo(out);
            mime.write("application/octet-stream".getBytes(StandardCharsets.UTF_8));
            return name;
        } catch (IOException e) {
            throw new WPSException("Failed to encode the " + name + " output", e);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static final class Document implements ExecuteResponseType {
        private final String xml;
        private String statusLocation;

        Document(String xml) {
            this.xml = xml;
        }

        @Override
        public String getStatusLocation() {
            return statusLocation;
        }

        @Override
        public void setStatusLocation(String location) {
            statusLocation = location;
        }

        @Override
        public String toString() {
            return xml;
        }
    }
}
