// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Backup;
import org.geoserver.nativecluster.xml.Dom;
import org.geotools.util.logging.Logging;

/**
 * The folder of a workspace that is not in the catalog: GeoServer leaves one out that has no namespace, which it makes itself if
 * the namespace's URI is another one's. So when it is removed elsewhere, its folder stays here. It would keep another workspace
 * from being renamed to its name, and the stores in it would be those of a new one after a reload.
 */
final class Leftover {
    private static final Logger LOGGER = Logging.getLogger(Leftover.class);

    private static final String NAMESPACE = "namespace.xml";

    private final Path dataDirectory;

    Leftover(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /**
     * Moves what is left over to the backups, if another workspace is to have its name.
     *
     * @param here the workspace as it is, or null if it is new
     * @param wanted as it is to be; no other one in the catalog has its name
     * @throws UncheckedIOException if the folder cannot be moved
     */
    void makeWay(CatalogInfo here, CatalogInfo wanted) {
        if (!(wanted instanceof WorkspaceInfo workspace)
                || here != null && Kind.name(here).equals(workspace.getName())
                || Applying.inMemoryOnly()) {
            return;
        }
        Path folder = dataDirectory.resolve("workspaces").resolve(workspace.getName());
        try {
            Path description = folder.resolve("workspace.xml");
            if (here != null && isOfNamespaceAlone(folder)) {
                Files.delete(folder.resolve(NAMESPACE));
                Files.delete(folder);
                return;
            }
            if (!Files.exists(description) || workspace.getId().equals(Dom.id(Files.readAllBytes(description)))) {
                return;
            }
            Path aside = Backup.aside(dataDirectory, folder, LocalDateTime.now());
            LOGGER.warning("GeoServer had left out the workspace in " + folder + ", which was removed since or given another name"
                    + " by another node; it makes way for one of its name, and is now in " + aside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It was given the name before the workspace was; it is written again when that is here. */
    private static boolean isOfNamespaceAlone(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::getFileName).map(Path::toString).toList().equals(List.of(NAMESPACE));
        }
    }
}
