// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** What is open and cached of the catalog's objects. */
public class ResourcePool {
    protected ResourcePool() {}

    public void clear(DataStoreInfo dataStore) {}

    public void clear(FeatureTypeInfo featureType) {}

    public void clear(CoverageInfo coverage) {}

    public void clear(CoverageStoreInfo coverageStore) {}

    public void clear(WMSStoreInfo wMSStore) {}

    public void clear(WMTSStoreInfo wMTSStore) {}

    public void clear(StyleInfo style) {}
}
