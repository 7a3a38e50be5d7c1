// SPDX-License-Identifier: GPL-2.0-or-later
package net.opengis.wps10;

/**
 * A WPS 1.0 Execute response, mostly opaque to the shim. Implementations of the stand-in give their XML document as {@link
 * Object#toString()}.
 */
public interface ExecuteResponseType {
    /** Where to ask for the status, or null. */
    String getStatusLocation();

    void setStatusLocation(String location);
}
