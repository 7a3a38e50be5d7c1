// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage;

import java.util.Map;
import org.geowebcache.mime.MimeType;

/** Tiles of a layer. */
public class TileRange {
    private final String layerName;
    private final String gridSetId;
    private final int zoomStart;
    private final int zoomStop;
    private final long[][] rangeBounds;
    private final MimeType mimeType;
    private final Map<String, String> parameters;
    private final String parametersId;

    public TileRange(
            String layerName,
            String gridSetId,
            int zoomStart,
            int zoomStop,
            long[][] rangeBounds,
            MimeType mimeType,
            Map<String, String> parameters,
            String parametersId) {
        this.layerName = layerName;
        this.gridSetId = gridSetId;
        this.zoomStart = zoomStart;
        this.zoomStop = zoomStop;
        this.rangeBounds = rangeBounds;
        this.mimeType = mimeType;
        this.parameters = parameters;
        this.parametersId = parametersId;
    }

    public String getLayerName() {
        return layerName;
    }

    public String getGridSetId() {
        return gridSetId;
    }

    public int getZoomStart() {
        return zoomStart;
    }

    public int getZoomStop() {
        return zoomStop;
    }

    public MimeType getMimeType() {
        return mimeType;
    }

    public Map<String, String> getParameters() {
        return parameters;
    }

    public String getParametersId() {
        return parametersId;
    }

    public long[] rangeBounds(int zoomLevel) {
        for (long[] bounds : rangeBounds) {
            if (bounds != null && bounds[4] == zoomLevel) {
                return bounds;
            }
        }
        throw new IllegalStateException("no bounds of level " + zoomLevel);
    }
}
