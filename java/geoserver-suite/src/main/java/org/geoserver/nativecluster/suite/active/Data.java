// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What layers are made of: property files and a raster, in a folder that all nodes see.
 *
 * @param folder the folder
 */
public record Data(Path folder) {
    /** The bounds of all tables, as a feature type states them. */
    static final String BOUNDS =
            """
            <nativeBoundingBox><minx>-10</minx><maxx>10</maxx><miny>-10</miny><maxy>10</maxy><crs>EPSG:4326</crs></nativeBoundingBox>
            <latLonBoundingBox><minx>-10</minx><maxx>10</maxx><miny>-10</miny><maxy>10</maxy><crs>EPSG:4326</crs></latLonBoundingBox>
            """;

    /** A table with a point at the origin and some around it. */
    public static final String POINTS =
            """
            _=name:String,geom:Point:srid=4326
            points.0=origin|POINT (0 0)
            points.1=east|POINT (5 0)
            points.2=north|POINT (0 5)
            points.3=southwest|POINT (-5 -5)
            """;

    private static final int SIZE = 64;

    /** Writes the data. */
    public static Data in(Path folder) throws IOException {
        Files.createDirectories(folder);
        Data data = new Data(folder);
        data.table("points");
        data.raster();
        return data;
    }

    /** One more table, with points. */
    public void table(String name) throws IOException {
        Files.writeString(folder.resolve(name + ".properties"), POINTS);
    }

    /** The path of a raster with its coordinate system beside it. */
    public Path rasterFile() {
        return folder.resolve("raster.asc");
    }

    private void raster() throws IOException {
        StringBuilder grid = new StringBuilder("ncols " + SIZE + "\nnrows " + SIZE + "\nxllcorner -10\nyllcorner -10\ncellsize "
                + 20.0 / SIZE + "\nNODATA_value -9999\n");
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                grid.append(row * column % 256).append(column + 1 < SIZE ? ' ' : '\n');
            }
        }
        Files.writeString(rasterFile(), grid);
        Files.writeString(
                folder.resolve("raster.prj"),
                "GEOGCS[\"WGS 84\",DATUM[\"World Geodetic System 1984\",SPHEROID[\"WGS 84\",6378137.0,298.257223563]],"
                        + "PRIMEM[\"Greenwich\",0.0],UNIT[\"degree\",0.017453292519943295]]");
    }

    /** A style that draws points in a colour, such as {@code #ff0000}. */
    public static String sld(String colour) {
        return sld("<Mark><WellKnownName>square</WellKnownName><Fill><CssParameter name=\"fill\">" + colour
                + "</CssParameter></Fill></Mark>", 12);
    }

    /** A style that draws points as an image that lies beside it. */
    public static String sldWithGraphic(String file, String type) {
        return sld("<ExternalGraphic><OnlineResource xlink:type=\"simple\" xlink:href=\"" + file + "\"/><Format>" + type
                + "</Format></ExternalGraphic>", 24);
    }

    private static String sld(String symbol, int size) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc"
                    xmlns:xlink="http://www.w3.org/1999/xlink">
                  <NamedLayer><Name>points</Name><UserStyle><FeatureTypeStyle><Rule><PointSymbolizer><Graphic>
                    %s<Size>%d</Size>
                  </Graphic></PointSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer>
                </StyledLayerDescriptor>
                """
                .formatted(symbol, size);
    }

    /** A drawing of a disc in a colour. */
    public static String svg(String colour) {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"24\" height=\"24\" viewBox=\"0 0 24 24\">"
                + "<circle cx=\"12\" cy=\"12\" r=\"11\" fill=\"" + colour + "\"/></svg>\n";
    }
}
