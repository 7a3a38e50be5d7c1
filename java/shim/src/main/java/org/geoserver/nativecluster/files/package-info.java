// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The files that all nodes share: style bodies and their graphics, templates, palettes, projections, and what the operator
 * names.
 *
 * <p>{@link org.geoserver.nativecluster.files.SharedPaths} says which paths are shared, {@link
 * org.geoserver.nativecluster.files.DataDirectory} what is on disk there, {@link
 * org.geoserver.nativecluster.files.FileChanges} when something changed, and {@link
 * org.geoserver.nativecluster.files.FilesPart} tells it to the cluster and puts others' files in place.
 */
package org.geoserver.nativecluster.files;
