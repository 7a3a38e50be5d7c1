// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.platform.ModuleStatusImpl;
import org.geotools.util.logging.Logging;

/**
 * The module's line on GeoServer's status page. GeoServer 3.0 asks each module for a category, which 2.28 does not know;
 * so the class is GeoServer's own, and the category is set where there is one.
 */
public final class NativeClusterStatus extends ModuleStatusImpl {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logging.getLogger(NativeClusterStatus.class);

    /** Null without WPS: then there is no module to ask. */
    private final transient NativeClusterModule module;

    /** Beside a module that does its work. */
    public NativeClusterStatus(NativeClusterModule module) {
        this(module, null);
    }

    /** Where there is nothing to do, for the reason given. */
    public NativeClusterStatus(String reason) {
        this(null, reason);
    }

    private NativeClusterStatus(NativeClusterModule module, String message) {
        super("gs-native-cluster", "Native clustering");
        this.module = module;
        setMessage(message);
        setEnabled(module != null);
        setVersion(NativeClusterStatus.class.getPackage().getImplementationVersion());
        setCategory("COMMUNITY");
    }

    @Override
    public boolean isEnabled() {
        return module == null ? super.isEnabled() : module.isActive();
    }

    @Override
    public Optional<String> getMessage() {
        return module == null ? super.getMessage() : Optional.ofNullable(module.message());
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
