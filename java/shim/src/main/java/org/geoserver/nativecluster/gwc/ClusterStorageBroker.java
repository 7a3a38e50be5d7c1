// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.gwc.Truncation.Kind;
import org.geoserver.threadlocals.ThreadLocalTransfer;
import org.geowebcache.layer.TileLayer;
import org.geowebcache.storage.BlobStore;
import org.geowebcache.storage.DefaultStorageBroker;
import org.geowebcache.storage.StorageException;
import org.geowebcache.storage.TileRange;
import org.geowebcache.storage.TransientCache;

/**
 * GeoWebCache's own way to the stores of tiles, which all that throws tiles away goes through, whoever asked for it. It tells
 * what was thrown away. Not told is what follows from another node's change, and what a node's disk quota asks for.
 */
public class ClusterStorageBroker extends DefaultStorageBroker {
    private static final ThreadLocal<Boolean> FOLLOWS = new ThreadLocal<>();
    private static final String QUOTA = "org.geowebcache.diskquota.";

    private volatile Consumer<Truncation> truncated = truncation -> {};

    public ClusterStorageBroker(BlobStore blobStore, TransientCache transientCache) {
        super(blobStore, transientCache);
    }

    void listen(Consumer<Truncation> listener) {
        truncated = listener;
    }

    @Override
    public boolean delete(String layerName) throws StorageException {
        boolean done = super.delete(layerName);
        tell(Truncation.of(Kind.LAYER, layerName));
        return done;
    }

    @Override
    public boolean deleteByGridSetId(String layerName, String gridSetId) throws StorageException {
        boolean done = super.deleteByGridSetId(layerName, gridSetId);
        tell(Truncation.ofGridSet(layerName, gridSetId));
        return done;
    }

    @Override
    public boolean deleteByParametersId(String layerName, String parametersId) throws StorageException {
        boolean done = super.deleteByParametersId(layerName, parametersId);
        tell(new Truncation(Kind.PARAMETERS_ID, layerName, "", "", parametersId, null, 0, 0, List.of()));
        return done;
    }

    @Override
    public boolean deleteByParameters(String layerName, Map<String, String> parameters) throws StorageException {
        boolean done = super.deleteByParameters(layerName, parameters);
        tell(new Truncation(Kind.PARAMETERS, layerName, "", "", null, parameters, 0, 0, List.of()));
        return done;
    }

    @Override
    public boolean delete(TileRange range) throws StorageException {
        boolean done = super.delete(range);
        if (!isOfQuota()) {
            tell(new Truncation(
                    Kind.RANGE,
                    range.getLayerName(),
                    range.getGridSetId(),
                    range.getMimeType().getFormat(),
                    range.getParametersId(),
                    range.getParameters(),
                    range.getZoomStart(),
                    range.getZoomStop(),
                    ranges(range)));
        }
        return done;
    }

    @Override
    public boolean purgeOrphans(TileLayer layer) throws StorageException {
        boolean done = super.purgeOrphans(layer);
        tell(Truncation.of(Kind.ORPHANS, layer.getName()));
        return done;
    }

    private void tell(Truncation truncation) {
        if (!Applying.here() && FOLLOWS.get() == null) {
            truncated.accept(truncation);
        }
    }

    private static boolean isOfQuota() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(QUOTA)));
    }

    private static List<List<Long>> ranges(TileRange range) {
        List<List<Long>> ranges = new ArrayList<>();
        for (int zoom = range.getZoomStart(); zoom <= range.getZoomStop(); zoom++) {
            try {
                long[] bounds = range.rangeBounds(zoom);
                ranges.add(List.of(bounds[0], bounds[1], bounds[2], bounds[3], (long) zoom));
            } catch (RuntimeException e) {
                // it has no bounds at this level, and so no tiles that are meant
                continue;
            }
        }
        return ranges;
    }

    /**
     * GeoWebCache throws tiles away on threads of its own. This takes along that it does so because another node's change is
     * being applied.
     */
    public static final class Following implements ThreadLocalTransfer {
        private static final String KEY = Following.class.getName();

        @Override
        public void collect(Map<String, Object> storage) {
            storage.put(KEY, Applying.here() || FOLLOWS.get() != null ? Boolean.TRUE : null);
        }

        @Override
        public void apply(Map<String, Object> storage) {
            if (storage.get(KEY) != null) {
                FOLLOWS.set(true);
            }
        }

        @Override
        public void cleanup() {
            FOLLOWS.remove();
        }
    }
}
