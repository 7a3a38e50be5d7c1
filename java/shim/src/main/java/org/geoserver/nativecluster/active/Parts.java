// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;

/** The families that this node shares, by their keys. */
record Parts(List<Part> all) {
    private static final Logger LOGGER = Logging.getLogger(Parts.class);

    /** The family of a key; null if this node does not share it. */
    Part of(String key) {
        for (Part part : all) {
            for (String prefix : part.prefixes()) {
                if (key.startsWith(prefix)) {
                    return part;
                }
            }
        }
        return null;
    }

    int order(String key) {
        return of(key).order(key);
    }

    boolean isPristine() {
        return all.stream().allMatch(Part::isPristine);
    }

    /** The paths of all that are files themselves. */
    List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        for (Part part : all) {
            files.addAll(part.files());
        }
        return files;
    }

    /** Ends what they watch with. */
    void close() {
        for (Part part : all) {
            if (part instanceof DisposableBean disposable) {
                try {
                    disposable.destroy();
                } catch (Exception e) {
                    LOGGER.log(Level.WARNING, "Not ended in good order: " + part.prefixes(), e);
                }
            }
        }
    }
}
