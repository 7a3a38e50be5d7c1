// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.util.Locale;
import org.geoserver.nativecluster.active.ActiveClustering;
import org.geoserver.nativecluster.active.ActiveOptions;
import org.geoserver.nativecluster.active.NotShared;
import org.geoserver.nativecluster.gwc.GwcBeans;
import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;

/** The bean of active clustering. What it needs of GeoServer every GeoServer has. */
final class ActiveBeans {
    static final String ACTIVE = "nativeClusterActive";

    private ActiveBeans() {}

    static void register(ConfigurableListableBeanFactory factory, Settings settings) {
        BeanDefinitionBuilder active = BeanDefinitionBuilder.genericBeanDefinition(ActiveClustering.class);
        active.addConstructorArgValue(new ActiveParts(factory, settings));
        active.addConstructorArgReference("geoServer");
        active.addConstructorArgReference("configurationLock");
        active.addConstructorArgReference("resourceLoader");
        active.addConstructorArgValue(new ActiveOptions(policy(settings), settings.isReadOnly()));
        // it leaves before the cluster is left
        active.addDependsOn(NativeClusterModule.NAME);
        BeanDefinitionRegistry registry = (BeanDefinitionRegistry) factory;
        registry.registerBeanDefinition(ACTIVE, NativeClusterRegistrar.singleton(active));
        GwcBeans.register(registry);
    }

    /** Where active clustering is off: whoever asks is told so. */
    static void registerOff(BeanDefinitionRegistry registry) {
        BeanDefinitionBuilder off = BeanDefinitionBuilder.genericBeanDefinition(NotShared.class);
        registry.registerBeanDefinition(ACTIVE, NativeClusterRegistrar.singleton(off));
    }

    /** A word that is none of the three is not taken for a choice. */
    private static Policy policy(Settings settings) {
        return switch (settings.get(Settings.JOIN, "").trim().toLowerCase(Locale.ROOT)) {
            case "adopt" -> Policy.ADOPT;
            case "merge" -> Policy.MERGE;
            default -> Policy.REFUSE;
        };
    }
}
