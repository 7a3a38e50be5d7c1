// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.geoserver.wps.resource.ProcessArtifactsStore.ArtifactType;

/**
 * Where GeoServer keeps a file of an execution, in the folder for WPS files. Ids and names come from requests and from
 * other nodes, so only what stays inside the folder of the execution has a path.
 *
 * @param executionId the folder
 * @param relative the path in it, with slashes
 */
record ArtifactPath(String executionId, String relative) {
    private static final String RESPONSE = "response.xml";
    private static final String OUTPUTS = "out/";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern SEGMENT = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,255}");

    /** The path of a file, or null if there is no safe one. */
    static ArtifactPath of(String executionId, ArtifactType type, String name) {
        if (!isId(executionId)) {
            return null;
        }
        return switch (type) {
            case Request -> new ArtifactPath(executionId, "request.dat");
            case Response -> new ArtifactPath(executionId, RESPONSE);
            case Output -> isName(name) ? new ArtifactPath(executionId, OUTPUTS + name) : null;
            case Temporary -> null;
        };
    }

    static boolean isId(String executionId) {
        return executionId != null && ID.matcher(executionId).matches() && !executionId.contains("..");
    }

    private static boolean isName(String name) {
        if (name == null) {
            return false;
        }
        for (String segment : name.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..") || !SEGMENT.matcher(segment).matches()) {
                return false;
            }
        }
        return true;
    }

    boolean isResponse() {
        return relative.equals(RESPONSE);
    }

    boolean isOutput() {
        return relative.startsWith(OUTPUTS);
    }

    Path in(Path root) {
        return root.resolve(executionId).resolve(relative);
    }
}
