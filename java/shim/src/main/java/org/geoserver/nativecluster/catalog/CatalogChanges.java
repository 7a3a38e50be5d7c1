// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.List;
import java.util.function.Consumer;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Ids;

/** Hears of edits of the catalog and tells which objects they touch. Called by the threads that edit, and returns at once. */
final class CatalogChanges implements CatalogListener {
    private final Ids ids;
    private final Removed removed;
    private final Consumer<String> changed;

    CatalogChanges(Ids ids, Removed removed, Consumer<String> changed) {
        this.ids = ids;
        this.removed = removed;
        this.changed = changed;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        tell(event.getSource());
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        // not committed yet
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (!(event.getSource() instanceof Catalog)) {
            tell(event.getSource());
            return;
        }
        List<String> names = event.getPropertyNames();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals("defaultWorkspace")) {
                tell(Defaults.WORKSPACE);
            } else if (names.get(i).equals("defaultDataStore")) {
                // the event does not say whose default it is
                Object now = event.getNewValues().get(i);
                if ((now == null ? event.getOldValues().get(i) : now) instanceof DataStoreInfo store) {
                    tell(Defaults.keyOfStore(store.getWorkspace(), ids));
                }
            }
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        CatalogInfo object = event.getSource();
        Kind kind = Kind.of(object);
        if (kind == null) {
            return;
        }
        if (!Applying.here()) {
            removed.add(kind.key(ids.toCluster(object.getId())));
            if (object instanceof WorkspaceInfo workspace) {
                String key = Defaults.keyOfStore(workspace, ids);
                removed.add(key);
                tell(key);
            }
        }
        tell(object);
    }

    private void tell(CatalogInfo object) {
        Kind kind = Kind.of(object);
        if (kind != null && object.getId() != null) {
            tell(kind.key(ids.toCluster(object.getId())));
        }
        // what is set on a layer may be the resource's: whether it is advertised, for instance
        if (object instanceof LayerInfo layer && layer.getResource() != null) {
            tell(layer.getResource());
        }
    }

    private void tell(String key) {
        if (Applying.here()) {
            Applying.touched(key);
        } else {
            changed.accept(key);
        }
    }

    @Override
    public void reloaded() {
        // GeoServer never calls it
    }
}
