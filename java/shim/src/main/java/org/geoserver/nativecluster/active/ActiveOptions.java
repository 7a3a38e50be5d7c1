// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;

/**
 * How this node takes part in active clustering.
 *
 * @param policy what it does when it joins for the first time with another catalog than the cluster's
 * @param readOnly whether it takes changes of others only
 */
public record ActiveOptions(Policy policy, boolean readOnly) {}
