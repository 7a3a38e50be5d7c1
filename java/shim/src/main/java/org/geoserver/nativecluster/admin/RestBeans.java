// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import org.geoserver.nativecluster.rest.ClusterController;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.util.ClassUtils;

/** The bean that needs GeoServer's REST, whose Spring MVC finds each controller of the application context. */
final class RestBeans {
    private static final String REST = "org.geoserver.rest.RestBaseController";

    private RestBeans() {}

    /** Registers it, if this GeoServer has REST. */
    static void register(BeanDefinitionRegistry registry, String module, String administration) {
        if (ClassUtils.isPresent(REST, RestBeans.class.getClassLoader())) {
            BeanDefinitionBuilder controller = BeanDefinitionBuilder.genericBeanDefinition(ClusterController.class);
            controller.addConstructorArgReference(module).addConstructorArgReference(administration);
            registry.registerBeanDefinition("nativeClusterController", NativeClusterRegistrar.singleton(controller));
        }
    }
}
