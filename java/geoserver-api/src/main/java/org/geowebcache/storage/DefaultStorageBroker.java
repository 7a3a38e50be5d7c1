// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage;

import java.util.Map;
import org.geowebcache.layer.TileLayer;

/** The usual one. */
public class DefaultStorageBroker implements StorageBroker {
    public DefaultStorageBroker(BlobStore blobStore, TransientCache transientCache) {}

    @Override
    public boolean delete(String layerName) throws StorageException {
        return true;
    }

    @Override
    public boolean deleteByGridSetId(String layerName, String gridSetId) throws StorageException {
        return true;
    }

    @Override
    public boolean deleteByParametersId(String layerName, String parametersId) throws StorageException {
        return true;
    }

    @Override
    public boolean deleteByParameters(String layerName, Map<String, String> parameters) throws StorageException {
        return true;
    }

    @Override
    public boolean delete(TileRange range) throws StorageException {
        return true;
    }

    @Override
    public boolean purgeOrphans(TileLayer layer) throws StorageException {
        return true;
    }
}
