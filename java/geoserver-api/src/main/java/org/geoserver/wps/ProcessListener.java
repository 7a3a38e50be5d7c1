// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** Follows processes through their life. */
public interface ProcessListener {
    void submitted(ProcessEvent event);

    void progress(ProcessEvent event);

    void succeeded(ProcessEvent event);

    void dismissing(ProcessEvent event);

    void dismissed(ProcessEvent event);

    void failed(ProcessEvent event);
}
