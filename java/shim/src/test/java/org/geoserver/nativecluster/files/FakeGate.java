// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import org.geoserver.nativecluster.active.ConfigurationGate;

/** A configuration that nobody edits, or only while it is waited for. */
public final class FakeGate implements ConfigurationGate {
    Runnable edit = () -> {};

    @Override
    public boolean tryRead() {
        edit.run();
        return true;
    }

    @Override
    public boolean tryWrite() {
        return tryRead();
    }

    @Override
    public void unlock() {
        // nobody else waits
    }
}
