// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage;

import java.util.Map;
import org.geowebcache.layer.TileLayer;

/** Hands tiles to where they are. */
public interface StorageBroker {
    boolean delete(String layerName) throws StorageException;

    boolean deleteByGridSetId(String layerName, String gridSetId) throws StorageException;

    boolean deleteByParametersId(String layerName, String parametersId) throws StorageException;

    boolean deleteByParameters(String layerName, Map<String, String> parameters) throws StorageException;

    boolean delete(TileRange range) throws StorageException;

    boolean purgeOrphans(TileLayer layer) throws StorageException;
}
