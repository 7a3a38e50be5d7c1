// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.util.Map;
import org.geotools.api.feature.type.Name;
import org.geotools.api.util.ProgressListener;

/** Runs processes of some kind. */
public interface ProcessManager {
    boolean canHandle(Name processName);

    Map<String, Object> submitChained(
            String executionId, Name processName, Map<String, Object> inputs, ProgressListener listener);

    void submit(
            String executionId,
            Name processName,
            Map<String, Object> inputs,
            ProgressListener listener,
            boolean background);

    Map<String, Object> getOutput(String executionId, long timeout);

    void cancel(String executionId);
}
