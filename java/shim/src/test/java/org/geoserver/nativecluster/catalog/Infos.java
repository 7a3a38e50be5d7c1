// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.CoverageInfo;
import org.geoserver.catalog.CoverageStoreInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.FeatureTypeInfo;
import org.geoserver.catalog.LayerGroupInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.PublishedInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.StoreInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WMSLayerInfo;
import org.geoserver.catalog.WMSStoreInfo;
import org.geoserver.catalog.WMTSLayerInfo;
import org.geoserver.catalog.WMTSStoreInfo;
import org.geoserver.catalog.WorkspaceInfo;

/** Objects of a catalog, one class for each kind, as GeoServer has them. */
public final class Infos {
    private Infos() {}

    /** What all have. */
    public abstract static class Base implements CatalogInfo {
        private static final long serialVersionUID = 1;
        String id;
        String name;
        Date dateCreated;
        Date dateModified;
        String modifiedBy;

        @Override
        public String getId() {
            return id;
        }

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }

        @Override
        public Date getDateCreated() {
            return dateCreated;
        }

        @Override
        public void setDateCreated(Date value) {
            dateCreated = value;
        }

        @Override
        public Date getDateModified() {
            return dateModified;
        }

        @Override
        public void setDateModified(Date value) {
            dateModified = value;
        }

        @Override
        public String getModifiedBy() {
            return modifiedBy;
        }

        @Override
        public void setModifiedBy(String value) {
            modifiedBy = value;
        }

        @Override
        public String toString() {
            return getClass().getSimpleName() + " " + name;
        }
    }

    public static final class Workspace extends Base implements WorkspaceInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class Namespace extends Base implements NamespaceInfo {
        private static final long serialVersionUID = 1;
        String uri;

        @Override
        public String getPrefix() {
            return name;
        }

        @Override
        public void setPrefix(String value) {
            name = value;
        }

        @Override
        public String getURI() {
            return uri;
        }

        @Override
        public void setURI(String value) {
            uri = value;
        }
    }

    public static final class Style extends Base implements StyleInfo {
        private static final long serialVersionUID = 1;
        Workspace workspace;
        String filename;

        @Override
        public WorkspaceInfo getWorkspace() {
            return workspace;
        }

        @Override
        public String getFormat() {
            return "sld";
        }

        @Override
        public String getFilename() {
            return filename;
        }

        @Override
        public String prefixedName() {
            return name;
        }
    }

    /** A store of any kind. */
    public abstract static class Store extends Base implements StoreInfo {
        private static final long serialVersionUID = 1;
        Workspace workspace;
        /** Null: as it is made. */
        String enabled;
        Map<String, Serializable> connectionParameters = new LinkedHashMap<>();

        @Override
        public String getType() {
            return getClass().getSimpleName();
        }

        @Override
        public boolean isEnabled() {
            return !"false".equals(enabled);
        }

        @Override
        public WorkspaceInfo getWorkspace() {
            return workspace;
        }

        @Override
        public Map<String, Serializable> getConnectionParameters() {
            return connectionParameters;
        }
    }

    public static final class DataStore extends Store implements DataStoreInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class CoverageStore extends Store implements CoverageStoreInfo {
        private static final long serialVersionUID = 1;

        @Override
        public String getURL() {
            return null;
        }
    }

    public static final class WmsStore extends Store implements WMSStoreInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class WmtsStore extends Store implements WMTSStoreInfo {
        private static final long serialVersionUID = 1;
    }

    /** What a layer of any kind shows. */
    public abstract static class Resource extends Base implements ResourceInfo {
        private static final long serialVersionUID = 1;
        Namespace namespace;
        Store store;
        String title;

        @Override
        public String prefixedName() {
            return namespace.name + ":" + name;
        }

        @Override
        public NamespaceInfo getNamespace() {
            return namespace;
        }

        @Override
        public StoreInfo getStore() {
            return store;
        }
    }

    public static final class FeatureType extends Resource implements FeatureTypeInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class Coverage extends Resource implements CoverageInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class WmsLayer extends Resource implements WMSLayerInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class WmtsLayer extends Resource implements WMTSLayerInfo {
        private static final long serialVersionUID = 1;
    }

    public static final class Layer extends Base implements LayerInfo {
        private static final long serialVersionUID = 1;
        Resource resource;
        Style defaultStyle;
        Set<StyleInfo> styles = new LinkedHashSet<>();

        @Override
        public String prefixedName() {
            return resource.prefixedName();
        }

        @Override
        public StyleInfo getDefaultStyle() {
            return defaultStyle;
        }

        @Override
        public Set<StyleInfo> getStyles() {
            return styles;
        }

        @Override
        public ResourceInfo getResource() {
            return resource;
        }
    }

    public static final class Group extends Base implements LayerGroupInfo {
        private static final long serialVersionUID = 1;
        Workspace workspace;
        List<PublishedInfo> publishables = new ArrayList<>();
        List<StyleInfo> styles = new ArrayList<>();

        @Override
        public String prefixedName() {
            return name;
        }

        @Override
        public WorkspaceInfo getWorkspace() {
            return workspace;
        }

        @Override
        public LayerInfo getRootLayer() {
            return null;
        }

        @Override
        public StyleInfo getRootLayerStyle() {
            return null;
        }

        @Override
        public List<PublishedInfo> getLayers() {
            return publishables;
        }

        @Override
        public List<StyleInfo> getStyles() {
            return styles;
        }
    }
}
