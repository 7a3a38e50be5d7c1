// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.nio.file.Path;
import org.geoserver.nativecluster.admin.NativeClusterModule;
import org.geoserver.nativecluster.wps.NativeStatusStore;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.wps.ProcessStatusStore;

/** This project's module, with the beans that Spring would make of it. */
final class NativeContender implements Contender {
    private final Path data;
    private NativeClusterModule module;
    private NativeStatusStore store;

    NativeContender(Path data) {
        this.data = data;
    }

    @Override
    public void start() {
        module = new NativeClusterModule(new GeoServerResourceLoader(data.toFile()));
        module.afterPropertiesSet();
        if (module.cluster() == null) {
            throw new IllegalStateException("the module is not active, its log says why");
        }
        store = new NativeStatusStore(module);
    }

    @Override
    public int members() {
        return module.cluster().status().split("\"self\"", -1).length - 1;
    }

    @Override
    public ProcessStatusStore store(String name) {
        return store;
    }

    /** Every member has every entry, so there is no entry that is farther than others. */
    @Override
    public boolean isHere(String name, String executionId) {
        return false;
    }

    @Override
    public void close() {
        if (module != null) {
            module.destroy();
        }
    }
}
