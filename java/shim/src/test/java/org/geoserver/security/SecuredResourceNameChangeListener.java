// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.security;

import java.util.ArrayList;
import java.util.List;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;

/** Named as GeoServer's, which changes the rules of access with the catalog; this one notes when it would. */
public final class SecuredResourceNameChangeListener implements CatalogListener {
    public final List<String> done = new ArrayList<>();

    @Override
    public void handleAddEvent(CatalogAddEvent event) {}

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {}

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        done.add("rename rules of " + event.getSource());
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        done.add("remove rules of " + event.getSource());
    }

    @Override
    public void reloaded() {}
}
