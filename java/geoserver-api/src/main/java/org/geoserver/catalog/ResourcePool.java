// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.io.IOException;
import org.geotools.api.data.DataAccessFactory;

/** What is open and cached of the catalog's objects. */
public class ResourcePool {
    protected ResourcePool() {}

    /** Null: none that is installed knows the store. */
    public DataAccessFactory getDataStoreFactory(DataStoreInfo info) throws IOException {
        return null;
    }

    public void clear(DataStoreInfo dataStore) {}

    public void clear(FeatureTypeInfo featureType) {}

    public void clear(CoverageInfo coverage) {}

    public void clear(CoverageStoreInfo coverageStore) {}

    public void clear(WMSStoreInfo wMSStore) {}

    public void clear(WMTSStoreInfo wMTSStore) {}

    public void clear(StyleInfo style) {}
}
