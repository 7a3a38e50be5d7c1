// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/** Looks extension points up by type, in the context that was set last. */
public class GeoServerExtensions implements ApplicationContextAware {
    private static volatile ApplicationContext context;

    @Override
    public void setApplicationContext(ApplicationContext applicationContext) {
        context = applicationContext;
    }

    public static final <T> List<T> extensions(Class<T> type) {
        return extensions(type, context);
    }

    public static final <T> List<T> extensions(Class<T> type, ApplicationContext from) {
        return from == null
                ? List.of()
                : new ArrayList<>(from.getBeansOfType(type).values());
    }

    public static final Object bean(String name) {
        return context == null ? null : context.getBean(name);
    }

    public static final <T> T bean(Class<T> type) {
        return bean(type, context);
    }

    /** The only bean of the type, or null; several are an error. */
    public static final <T> T bean(Class<T> type, ApplicationContext from) {
        List<T> beans = extensions(type, from);
        if (beans.size() > 1) {
            throw new IllegalArgumentException("Multiple beans of type " + type.getName());
        }
        return beans.isEmpty() ? null : beans.get(0);
    }
}
