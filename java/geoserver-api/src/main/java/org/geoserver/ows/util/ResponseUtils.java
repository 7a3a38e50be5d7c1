// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.ows.util;

import java.util.Map;
import java.util.stream.Collectors;
import org.geoserver.ows.URLMangler.URLType;

/** Addresses as clients see them. */
public class ResponseUtils {
    /** An address below that of GeoServer. */
    public static String buildURL(String baseURL, String path, Map<String, String> kvp, URLType type) {
        return baseURL + path + "?"
                + kvp.entrySet().stream()
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .collect(Collectors.joining("&"));
    }
}
