// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads the shim from its own jar or folders only, even where the JVM's class path has it too, as a servlet container's
 * loader does for WEB-INF/lib. Each web application has one of its own.
 */
public final class ShimClassLoader extends URLClassLoader {
    private static final String SHIM = "org.geoserver.nativecluster.";

    /** What tests and measures the shim, and is none of it. */
    private static final List<String> BESIDE =
            List.of(SHIM + "host.", SHIM + "bench.", SHIM + "suite.");

    public ShimClassLoader(URL[] urls) {
        this(urls, ShimClassLoader.class.getClassLoader());
    }

    /**
     * Below another GeoServer.
     *
     * @param geoserver loads the classes of GeoServer and its libraries
     */
    ShimClassLoader(URL[] urls, ClassLoader geoserver) {
        super("shim", urls, geoserver);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(SHIM) || BESIDE.stream().anyMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals("applicationContext.xml") ? findResources(name) : super.getResources(name);
    }
}
