// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.geoserver.gwc.GWC;
import org.geowebcache.mime.MimeException;
import org.geowebcache.mime.MimeType;
import org.geowebcache.storage.StorageBroker;
import org.geowebcache.storage.TileRange;

/** Throws away tiles of this node. */
final class LocalTiles {
    private LocalTiles() {}

    /** Does nothing if there is no such layer here: GeoWebCache throws tiles away with their layer. */
    static void truncate(StorageBroker storage, GWC gwc, Truncation truncation) {
        String layer = truncation.layer();
        if (!gwc.tileLayerExists(layer)) {
            return;
        }
        try {
            switch (truncation.kind()) {
                case LAYER -> storage.delete(layer);
                case GRID_SET -> storage.deleteByGridSetId(layer, truncation.gridSet());
                case PARAMETERS_ID -> storage.deleteByParametersId(layer, truncation.parametersId());
                case PARAMETERS -> storage.deleteByParameters(layer, truncation.parameters());
                case ORPHANS -> storage.purgeOrphans(gwc.getTileLayerByName(layer));
                case RANGE -> storage.delete(range(truncation));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MimeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static TileRange range(Truncation truncation) throws MimeException {
        long[][] ranges = new long[truncation.ranges().size()][];
        for (int i = 0; i < ranges.length; i++) {
            List<Long> range = truncation.ranges().get(i);
            ranges[i] = range.stream().mapToLong(Long::longValue).toArray();
        }
        return new TileRange(
                truncation.layer(),
                truncation.gridSet(),
                truncation.zoomStart(),
                truncation.zoomStop(),
                ranges.length == 0 ? null : ranges,
                MimeType.createFromFormat(truncation.format()),
                truncation.parameters(),
                truncation.parametersId());
    }
}
