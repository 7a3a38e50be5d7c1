// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.geoserver.platform.ServiceException;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.feature.type.Name;

/** The documents of an execution whose own ones are nowhere. */
final class Documents {
    private static final String NAMESPACES = " xmlns:wps=\"http://www.opengis.net/wps/1.0.0\""
            + " xmlns:ows=\"http://www.opengis.net/ows/1.1\" service=\"WPS\" version=\"1.0.0\"";

    private Documents() {}

    /** A request that names the process and no more. */
    static byte[] execute(Name process) {
        return xml("<wps:Execute" + NAMESPACES + ">" + identifier(process) + "<wps:DataInputs/></wps:Execute>");
    }

    /** The response of an execution that failed, with its exception. */
    static byte[] failed(ExecutionStatus status, Throwable reason) {
        // as GeoServer shows it: its own exceptions as they are, others as the cause of one
        ServiceException shown = reason instanceof WPSException
                ? (WPSException) reason
                : new WPSException("Process failed during execution", reason);
        String code = shown.getCode() == null ? "NoApplicableCode" : shown.getCode();
        String locator = shown.getLocator() == null ? "" : " locator=\"" + escape(shown.getLocator()) + "\"";
        return xml("<wps:ExecuteResponse" + NAMESPACES + " xml:lang=\"en\">"
                + "<wps:Process wps:processVersion=\"1.0.0\">"
                + identifier(status.getProcessName())
                + "<ows:Title>" + escape(uri(status.getProcessName())) + "</ows:Title></wps:Process>"
                + "<wps:Status creationTime=\"" + time(status.getCreationTime()) + "\">"
                + "<wps:ProcessFailed><ows:ExceptionReport version=\"1.1.0\">"
                + "<ows:Exception exceptionCode=\"" + escape(code) + "\"" + locator + ">"
                + "<ows:ExceptionText>" + escape(messages(shown)) + "</ows:ExceptionText>"
                + "</ows:Exception></ows:ExceptionReport></wps:ProcessFailed></wps:Status></wps:ExecuteResponse>");
    }

    /** The messages and texts of an exception and its causes, a line each. */
    private static String messages(Throwable exception) {
        StringBuilder lines = new StringBuilder();
        for (Throwable link = exception; link != null; link = link.getCause()) {
            line(lines, link.getMessage());
            if (link instanceof ServiceException) {
                ((ServiceException) link).getExceptionText().forEach(text -> line(lines, text));
            }
        }
        return lines.length() == 0 ? RemoteException.classNameOf(exception) : lines.toString();
    }

    private static void line(StringBuilder lines, String text) {
        if (text != null && !text.isEmpty()) {
            lines.append(lines.length() == 0 ? "" : "\n").append(text);
        }
    }

    private static String identifier(Name process) {
        return "<ows:Identifier>" + escape(uri(process)) + "</ows:Identifier>";
    }

    private static String uri(Name process) {
        return process == null ? "" : String.valueOf(process.getURI());
    }

    private static String time(Date date) {
        Instant instant = date == null ? Instant.EPOCH : date.toInstant();
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static byte[] xml(String root) {
        return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isXml(c) ? c : '?');
            }
        });
        return escaped.toString();
    }

    /** Whether XML 1.0 allows the character. */
    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xd7ff || c >= 0xe000 && c != 0xfffe && c != 0xffff;
    }
}
