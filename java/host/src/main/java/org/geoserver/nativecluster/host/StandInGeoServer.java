// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.lang.reflect.Proxy;
import org.geoserver.config.GeoServer;
import org.springframework.beans.factory.FactoryBean;

/** There is no configuration to speak of: whoever asks for it is told so. */
public final class StandInGeoServer implements FactoryBean<GeoServer> {
    @Override
    public GeoServer getObject() {
        return (GeoServer) Proxy.newProxyInstance(
                GeoServer.class.getClassLoader(), new Class<?>[] {GeoServer.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException("the stand-in has no " + method.getName());
                });
    }

    @Override
    public Class<GeoServer> getObjectType() {
        return GeoServer.class;
    }
}
