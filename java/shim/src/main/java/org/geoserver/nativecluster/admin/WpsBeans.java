// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import org.geoserver.nativecluster.wps.ClusterArtifactsStore;
import org.geoserver.nativecluster.wps.ClusterDismiss;
import org.geoserver.nativecluster.wps.NativeStatusStore;
import org.geoserver.nativecluster.wps.StatusLocation;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.resource.ProcessArtifactsStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

/** The beans that need GeoServer's WPS. */
final class WpsBeans {
    private static final String MODULE = NativeClusterModule.NAME;
    private static final String STATUSES = "nativeClusterStatusStore";
    private static final String ARTIFACTS = "nativeClusterArtifactsStore";
    private static final String DISMISS = "nativeClusterDismiss";
    private static final String LOCATION = "nativeClusterStatusLocation";

    private WpsBeans() {}

    /** The name of a bean of another module that does the same, or null. */
    static String otherStore(ListableBeanFactory factory) {
        for (Class<?> type : new Class<?>[] {ProcessStatusStore.class, ProcessArtifactsStore.class}) {
            String[] names = factory.getBeanNamesForType(type, true, false);
            if (names.length > 0) {
                return names[0];
            }
        }
        return null;
    }

    static void register(BeanDefinitionRegistry registry) {
        register(registry, STATUSES, NativeStatusStore.class, MODULE);
        register(registry, ARTIFACTS, ClusterArtifactsStore.class, MODULE, STATUSES);
        register(registry, DISMISS, ClusterDismiss.class, MODULE, STATUSES, ARTIFACTS);
        register(registry, LOCATION, StatusLocation.class, MODULE);
    }

    private static void register(BeanDefinitionRegistry registry, String name, Class<?> type, String... arguments) {
        BeanDefinitionBuilder bean = BeanDefinitionBuilder.genericBeanDefinition(type);
        for (String argument : arguments) {
            bean.addConstructorArgReference(argument);
        }
        registry.registerBeanDefinition(name, NativeClusterRegistrar.singleton(bean));
    }
}
