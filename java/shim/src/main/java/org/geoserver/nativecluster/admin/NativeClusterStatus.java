// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Administration;
import org.geoserver.nativecluster.active.NotShared;
import org.geoserver.platform.ModuleStatusImpl;
import org.geotools.util.logging.Logging;

/**
 * The module's line on GeoServer's status page. GeoServer 3.0 asks each module for a category, which 2.28 does not know;
 * so the class is GeoServer's own, and the category is set where there is one.
 */
public final class NativeClusterStatus extends ModuleStatusImpl {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logging.getLogger(NativeClusterStatus.class);

    /** Null where there is nothing to do. */
    private final transient NativeClusterModule module;

    private final transient Administration active;
    private final String withoutWps;

    /**
     * Beside a module that does its work.
     *
     * @param withoutWps why WPS statuses are not shared, or null
     */
    public NativeClusterStatus(NativeClusterModule module, Administration active, String withoutWps) {
        super("gs-native-cluster", "Native clustering");
        this.module = module;
        this.active = active;
        this.withoutWps = withoutWps;
        setEnabled(module != null);
        setVersion(NativeClusterStatus.class.getPackage().getImplementationVersion());
        setCategory("COMMUNITY");
    }

    /** Where there is nothing to do, for the reason given. */
    public NativeClusterStatus(String withoutWps) {
        this(null, null, "gs-native-cluster has nothing to do. " + withoutWps);
        setMessage(this.withoutWps);
    }

    @Override
    public boolean isEnabled() {
        return module == null ? super.isEnabled() : module.isActive();
    }

    /** The truth in one line: members, what is shared, and why not. */
    @Override
    public Optional<String> getMessage() {
        if (module == null) {
            return super.getMessage();
        }
        StringBuilder message = new StringBuilder(String.valueOf(module.message()));
        if (withoutWps != null) {
            message.append(" ").append(withoutWps).append('.');
        }
        // of a node that shares the cluster's own line tells
        if (module.isActive() && !(active instanceof NotShared) && !active.isActive()) {
            message.append(" ").append(summary());
        }
        return Optional.of(message.toString());
    }

    private String summary() {
        try {
            return active.summary() + ".";
        } catch (RuntimeException e) {
            return "What is shared cannot be read: " + e.getMessage() + ".";
        }
    }

    private void setCategory(String name) {
        for (Method method : ModuleStatusImpl.class.getMethods()) {
            if (method.getName().equals("setCategory") && method.getParameterCount() == 1) {
                try {
                    method.invoke(this, constant(method.getParameterTypes()[0], name));
                } catch (ReflectiveOperationException | IllegalArgumentException e) {
                    LOGGER.log(Level.FINE, "This GeoServer has other categories of modules", e);
                }
            }
        }
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(type + " has no " + name);
    }
}
