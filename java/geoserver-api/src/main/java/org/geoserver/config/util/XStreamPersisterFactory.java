// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config.util;

import org.springframework.beans.BeansException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/** Makes persisters, each for one thread. */
public class XStreamPersisterFactory implements ApplicationContextAware {
    public XStreamPersisterFactory() {}

    public XStreamPersister createXMLPersister() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setApplicationContext(ApplicationContext applicationContext) throws BeansException {}
}
