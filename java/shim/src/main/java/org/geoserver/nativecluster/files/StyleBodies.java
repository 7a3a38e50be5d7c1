// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.util.function.Consumer;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;

/**
 * Hears of styles that are saved, with the paths of their bodies: sooner than the operating system tells it, so that a body
 * leaves together with its style. Of removed styles only the file says whether the body was removed too.
 */
final class StyleBodies implements CatalogListener {
    private final Consumer<String> saved;

    StyleBodies(Consumer<String> saved) {
        this.saved = saved;
    }

    /** The path of a style's body below the data directory; null if it has none. */
    static String path(StyleInfo style) {
        String name = style.getFilename();
        if (name == null || name.isEmpty()) {
            return null;
        }
        return style.getWorkspace() == null
                ? "styles/" + name
                : "workspaces/" + style.getWorkspace().getName() + "/styles/" + name;
    }

    private void saved(CatalogInfo object) {
        if (object instanceof StyleInfo && !Applying.here()) {
            String path = path((StyleInfo) object);
            if (path != null) {
                saved.accept(path);
            }
        }
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        saved(event.getSource());
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        saved(event.getSource());
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {}

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {}

    @Override
    public void reloaded() {}
}
