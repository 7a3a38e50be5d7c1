// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.threadlocals;

import java.util.Map;

/** Takes what a thread has with it to another one. */
public interface ThreadLocalTransfer {
    void collect(Map<String, Object> storage);

    void apply(Map<String, Object> storage);

    void cleanup();
}
