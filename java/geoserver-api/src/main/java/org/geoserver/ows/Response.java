// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.ows;

/** Encodes the result of an operation; only named here. */
public abstract class Response {
    Response() {}
}
