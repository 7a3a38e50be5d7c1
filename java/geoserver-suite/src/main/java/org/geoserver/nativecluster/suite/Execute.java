// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

/**
 * A WPS 1.0.0 Execute request. Immutable.
 *
 * @param process name of the process
 * @param inputs the wps:Input elements
 * @param form the content of wps:ResponseForm
 */
public record Execute(String process, String inputs, String form) {
    /** The MIME type of well-known text, in which GeoServer reads and writes geometries. */
    public static final String WKT = "application/wkt";

    private static final String RESULT = "<ows:Identifier>result</ows:Identifier>";

    /** An asynchronous request for a process, whose results are to be kept in the response document. */
    public static Execute asynchronous(String process) {
        return new Execute(process, "", document("storeExecuteResponse=\"true\" status=\"true\"", output(false)));
    }

    /** A synchronous request for a process. */
    public static Execute synchronous(String process) {
        return new Execute(process, "", document("", output(false)));
    }

    private static String document(String attributes, String output) {
        return "<wps:ResponseDocument " + attributes + ">" + output + "</wps:ResponseDocument>";
    }

    private static String output(boolean asReference) {
        return "<wps:Output asReference=\"" + asReference + "\" mimeType=\"" + WKT + "\">" + RESULT + "</wps:Output>";
    }

    /** The same, with the result as a file of its own. */
    public Execute asReference() {
        return new Execute(process, inputs, form.replace(output(false), output(true)));
    }

    /** The same, with the default type of the result. */
    public Execute defaultType() {
        return new Execute(process, inputs, form.replace(" mimeType=\"" + WKT + "\"", ""));
    }

    /** The same, with another type of the result. */
    public Execute type(String mimeType) {
        return new Execute(process, inputs, form.replace(WKT, mimeType));
    }

    /** The same, where the process calls its result something else. */
    public Execute resultCalled(String name) {
        return new Execute(process, inputs, form.replace(RESULT, RESULT.replace("result", name)));
    }

    /** The same, with the request repeated in the response. */
    public Execute lineage() {
        return new Execute(process, inputs, form.replace("<wps:ResponseDocument ", "<wps:ResponseDocument lineage=\"true\" "));
    }

    /** The same, with a geometry in the request. */
    public Execute geometry(String name, String wkt) {
        return with(name, "<wps:Data><wps:ComplexData mimeType=\"" + WKT + "\"><![CDATA[" + wkt
                + "]]></wps:ComplexData></wps:Data>");
    }

    /** The same, with a geometry that is read from somewhere. */
    public Execute geometryFrom(String name, String url) {
        return with(name, "<wps:Reference mimeType=\"" + WKT + "\" method=\"GET\" xlink:href=\"" + url + "\"/>");
    }

    /** The same, with a value. */
    public Execute literal(String name, Object value) {
        return with(name, "<wps:Data><wps:LiteralData>" + value + "</wps:LiteralData></wps:Data>");
    }

    private Execute with(String name, String data) {
        String input = "<wps:Input><ows:Identifier>" + name + "</ows:Identifier>" + data + "</wps:Input>";
        return new Execute(process, inputs + input, form);
    }

    /** The request as XML. */
    public String xml() {
        return """
                <wps:Execute version="1.0.0" service="WPS" xmlns:wps="http://www.opengis.net/wps/1.0.0"
                    xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink">
                  <ows:Identifier>%s</ows:Identifier>
                  <wps:DataInputs>%s</wps:DataInputs>
                  <wps:ResponseForm>%s</wps:ResponseForm>
                </wps:Execute>
                """
                .formatted(process, inputs, form);
    }
}
