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
 * The one bean of applicationContext.xml. It adds the others if this GeoServer has a WPS, and no other store of its
 * statuses: GeoServer does not start with two.
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
        String reason = reasonToStayAway(factory);
        BeanDefinitionBuilder status = BeanDefinitionBuilder.genericBeanDefinition(NativeClusterStatus.class);
        if (reason == null) {
            WpsBeans.register(registry);
            status.addConstructorArgReference(WpsBeans.MODULE);
        } else {
            status.addConstructorArgValue(reason);
        }
        registry.registerBeanDefinition("nativeClusterStatus", singleton(status));
    }

    static BeanDefinition singleton(BeanDefinitionBuilder builder) {
        return builder.setScope(BeanDefinition.SCOPE_SINGLETON).getBeanDefinition();
    }

    private static String reasonToStayAway(ConfigurableListableBeanFactory factory) {
        if (!ClassUtils.isPresent(STORE, NativeClusterRegistrar.class.getClassLoader())) {
            String reason = "gs-native-cluster has nothing to do: this GeoServer has no WPS, whose statuses it shares";
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
