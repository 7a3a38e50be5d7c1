// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;

/** What the cluster says, for those who only ask. */
public final class Contents {
    private Contents() {}

    /** @param contents by key; may be changed later */
    public static SharedObjects of(Map<String, Content> contents) {
        return (SharedObjects) Proxy.newProxyInstance(
                Contents.class.getClassLoader(),
                new Class<?>[] {SharedObjects.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "content" -> contents.get(arguments[0]);
                    case "keys" -> contents.keySet().stream().filter(key -> key.startsWith((String) arguments[0])).toList();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
