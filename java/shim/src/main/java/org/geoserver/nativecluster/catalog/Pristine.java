// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.Set;
import org.geoserver.catalog.Catalog;

/** GeoServer's own sample data, or none: what every GeoServer begins with. */
final class Pristine {
    /** The workspaces of the data directory that GeoServer is released with. */
    private static final Set<String> SAMPLE = Set.of("cite", "it.geosolutions", "nurc", "sde", "sf", "tiger", "topp", "ne");

    private static final Set<String> SAMPLE_STORES = Set.of(
            "arcGridSample", "img_sample2", "mosaic", "worldImageSample", "sf", "sfdem", "nyc", "states_shapefile",
            "taz_shapes", "NaturalEarth");

    private Pristine() {}

    static boolean is(Catalog catalog) {
        boolean sample = Kind.WORKSPACE.all(catalog).stream().allMatch(object -> SAMPLE.contains(Kind.name(object)));
        return sample
                && Set.of(Kind.DATASTORE, Kind.COVERAGESTORE, Kind.WMSSTORE, Kind.WMTSSTORE).stream()
                        .flatMap(kind -> kind.all(catalog).stream())
                        .map(Kind::name)
                        .allMatch(name -> SAMPLE_STORES.contains(name.substring(name.lastIndexOf(':') + 1)));
    }
}
