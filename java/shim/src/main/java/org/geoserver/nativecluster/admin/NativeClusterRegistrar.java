// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.util.logging.Logger;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * The one bean of applicationContext.xml. It adds those for WPS statuses if this GeoServer has a WPS, and no other store of its
 * statuses: GeoServer does not start with two; and those of active clustering if it is switched on.
 */
public final class NativeClusterRegistrar implements BeanDefinitionRegistryPostProcessor {
    private static final String STORE = "org.geoserver.wps.ProcessStatusStore";
    private static final Logger LOGGER = Logging.getLogger(NativeClusterRegistrar.class);

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        // decided when all definitions are there, below
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        BeanDefinitionRegistry registry = (BeanDefinitionRegistry) factory;
        Settings settings = Settings.ofThisJvm();
        String withoutWps = reasonToLeaveWps(factory);
        BeanDefinitionBuilder status = BeanDefinitionBuilder.genericBeanDefinition(NativeClusterStatus.class);
        if (withoutWps == null || settings.isActive()) {
            register(factory, settings, withoutWps == null);
            status.addConstructorArgReference(NativeClusterModule.NAME);
            status.addConstructorArgReference(ActiveBeans.ACTIVE);
        }
        status.addConstructorArgValue(withoutWps);
        registry.registerBeanDefinition("nativeClusterStatus", singleton(status));
    }

    private static void register(ConfigurableListableBeanFactory factory, Settings settings, boolean wps) {
        BeanDefinitionRegistry registry = (BeanDefinitionRegistry) factory;
        BeanDefinitionBuilder module = BeanDefinitionBuilder.genericBeanDefinition(NativeClusterModule.class);
        module.addConstructorArgReference("resourceLoader");
        registry.registerBeanDefinition(NativeClusterModule.NAME, singleton(module));
        if (wps) {
            WpsBeans.register(registry);
        }
        if (settings.isActive() && settings.isEnabled()) {
            ActiveBeans.register(factory, settings);
        } else {
            ActiveBeans.registerOff(registry);
        }
        RestBeans.register(registry, NativeClusterModule.NAME, ActiveBeans.ACTIVE);
    }

    static BeanDefinition singleton(BeanDefinitionBuilder builder) {
        return builder.setScope(BeanDefinition.SCOPE_SINGLETON).getBeanDefinition();
    }

    private static String reasonToLeaveWps(ConfigurableListableBeanFactory factory) {
        if (!ClassUtils.isPresent(STORE, NativeClusterRegistrar.class.getClassLoader())) {
            String reason = "No WPS statuses are shared: this GeoServer has no WPS";
            LOGGER.info(reason);
            return reason;
        }
        String other = WpsBeans.otherStore(factory);
        if (other == null) {
            return null;
        }
        String reason = "gs-native-cluster does not share WPS statuses, because the bean " + other
                + " does: remove the other module, such as gs-wps-cluster-hazelcast, or this one";
        LOGGER.warning(reason);
        return reason;
    }
}
