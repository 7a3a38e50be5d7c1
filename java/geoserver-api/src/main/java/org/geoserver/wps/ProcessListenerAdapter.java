// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** A listener that does nothing. */
public class ProcessListenerAdapter implements ProcessListener {
    @Override
    public void submitted(ProcessEvent event) {}

    @Override
    public void progress(ProcessEvent event) {}

    @Override
    public void succeeded(ProcessEvent event) {}

    @Override
    public void dismissing(ProcessEvent event) {}

    @Override
    public void dismissed(ProcessEvent event) {}

    @Override
    public void failed(ProcessEvent event) {}
}
