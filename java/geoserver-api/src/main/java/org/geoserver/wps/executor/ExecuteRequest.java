// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.opengis.wps10.ExecuteType;
import org.geoserver.wps.WPSException;
import org.geotools.api.feature.type.Name;
import org.geotools.feature.NameImpl;

/** Reads what the stand-in needs out of an Execute document: the process, its literal inputs, and how to answer. */
public class ExecuteRequest {
    private static final Pattern IDENTIFIER = Pattern.compile("<ows:Identifier>([^<]*)</ows:Identifier>");
    private static final Pattern INPUT = Pattern.compile(
            "<wps:Input><ows:Identifier>([^<]*)</ows:Identifier><wps:Data><wps:LiteralData>([^<]*)</wps:LiteralData>");

    private final ExecuteType request;

    public ExecuteRequest(ExecuteType request) {
        this.request = request;
    }

    public ExecuteType getRequest() {
        return request;
    }

    public boolean isAsynchronous() {
        return request.toString().contains("storeExecuteResponse=\"true\"");
    }

    public Name getProcessName() {
        Matcher matcher = IDENTIFIER.matcher(request.toString());
        if (!matcher.find()) {
            throw new WPSException("The Execute request names no process");
        }
        String[] parts = matcher.group(1).split(":");
        return parts.length == 1 ? new NameImpl(parts[0]) : new NameImpl(parts[0], parts[1]);
    }

    Map<String, Object> inputs() {
        Map<String, Object> inputs = new LinkedHashMap<>();
        Matcher matcher = INPUT.matcher(request.toString());
        while (matcher.find()) {
            inputs.put(matcher.group(1), matcher.group(2));
        }
        return inputs;
    }
}
