// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What GeoServer's REST says of this module, as it says it of all.
 *
 * @param enabled whether it does its work
 * @param version its version
 * @param message its line for the administrator
 */
public record ModuleLine(boolean enabled, String version, String message) {
    private static final String MODULE = "rest/about/status/gs-native-cluster";

    /** Whether the node knows the module at all. */
    public static boolean isListed(Node node) throws IOException, InterruptedException {
        return node.get("rest/about/status.json").expectGood().text().contains("Native clustering");
    }

    /** The line of a node. GeoServer gives all of it as HTML only; JSON and XML list names. */
    public static ModuleLine of(Node node) throws IOException, InterruptedException {
        String html = node.get(MODULE).expectGood().text();
        return new ModuleLine("true".equals(item(html, "Enabled")), item(html, "Version"), item(html, "Message"));
    }

    private static String item(String html, String name) {
        Matcher item = Pattern.compile("<b>" + name + "</b> : (.*?)</li>", Pattern.DOTALL).matcher(html);
        if (!item.find()) {
            return null;
        }
        return item.group(1)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
                .strip();
    }

    /** How many nodes the message speaks of: "3 nodes", or none but this. */
    public int nodes() {
        Matcher count = Pattern.compile("\\b([0-9]+) nodes\\b").matcher(String.valueOf(message));
        return count.find() ? Integer.parseInt(count.group(1)) : 1;
    }

    /** Waits until each of the nodes says that it is one of so many. */
    public static void awaitNodes(int count, Node... nodes) {
        for (Node node : nodes) {
            Await.until(node + " is one of " + count + " nodes", Await.SOON, () -> {
                ModuleLine line = of(node);
                return line.enabled() && line.nodes() == count ? null : line.toString();
            });
        }
    }
}
