// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.config;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.geowebcache.GeoWebCacheException;
import org.geowebcache.config.meta.ServiceInformation;
import org.geowebcache.grid.GridSet;
import org.geowebcache.grid.GridSetBroker;
import org.geowebcache.layer.TileLayer;
import org.geowebcache.util.ApplicationContextProvider;

/** What geowebcache.xml says. */
public class XMLConfiguration {
    public XMLConfiguration(ApplicationContextProvider context, ConfigurationResourceProvider resource) {}

    public String getConfigLocation() throws ConfigurationException {
        throw new UnsupportedOperationException();
    }

    public void setGridSetBroker(GridSetBroker broker) {}

    public void afterPropertiesSet() throws GeoWebCacheException {}

    public Optional<GridSet> getGridSet(String name) {
        throw new UnsupportedOperationException();
    }

    public Collection<GridSet> getGridSets() {
        throw new UnsupportedOperationException();
    }

    public List<BlobStoreInfo> getBlobStores() {
        throw new UnsupportedOperationException();
    }

    public Optional<BlobStoreInfo> getBlobStore(String name) {
        throw new UnsupportedOperationException();
    }

    public Set<String> getLayerNames() {
        throw new UnsupportedOperationException();
    }

    public Optional<TileLayer> getLayer(String layerName) {
        throw new UnsupportedOperationException();
    }

    public void addLayer(TileLayer layer) {}

    public void modifyLayer(TileLayer layer) {}

    public void removeLayer(String layerName) {}

    public Boolean isRuntimeStatsEnabled() {
        throw new UnsupportedOperationException();
    }

    public void setRuntimeStatsEnabled(Boolean enabled) throws IOException {}

    public ServiceInformation getServiceInformation() {
        throw new UnsupportedOperationException();
    }

    public void setServiceInformation(ServiceInformation information) throws IOException {}

    public Boolean isFullWMS() {
        throw new UnsupportedOperationException();
    }

    public void setFullWMS(Boolean fullWms) throws IOException {}

    public Boolean isWmtsCiteCompliant() {
        throw new UnsupportedOperationException();
    }

    public void setWmtsCiteCompliant(Boolean compliant) throws IOException {}

    public Integer getBackendTimeout() {
        throw new UnsupportedOperationException();
    }

    public void setBackendTimeout(Integer seconds) throws IOException {}

    public Boolean isCacheBypassAllowed() {
        throw new UnsupportedOperationException();
    }

    public void setCacheBypassAllowed(Boolean allowed) throws IOException {}
}
