// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import org.geoserver.wps.executor.ExecutionStatus;

/**
 * A status as the map has it.
 *
 * @param status what GeoServer knows of the execution
 * @param ownerId the member that executes it, or did
 * @param presumed true if it is FAILED because another member found its owner gone, not because the owner said so
 */
record StatusRecord(ExecutionStatus status, String ownerId, boolean presumed) {}
