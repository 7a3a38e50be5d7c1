// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.util.Map;
import net.opengis.wps10.ExecuteType;

/** An Execute request for {@link FakeProcess}, as its XML document. */
record HostExecute(String xml) implements ExecuteType {
    static HostExecute of(Map<String, String> inputs, boolean asynchronous) {
        StringBuilder xml = new StringBuilder("<wps:Execute xmlns:wps=\"http://www.opengis.net/wps/1.0.0\""
                + " xmlns:ows=\"http://www.opengis.net/ows/1.1\" service=\"WPS\" version=\"1.0.0\"><ows:Identifier>"
                + FakeProcesses.NAME.getURI() + "</ows:Identifier><wps:DataInputs>");
        inputs.forEach((name, value) -> xml.append("<wps:Input><ows:Identifier>")
                .append(name)
                .append("</ows:Identifier><wps:Data><wps:LiteralData>")
                .append(value)
                .append("</wps:LiteralData></wps:Data></wps:Input>"));
        xml.append("</wps:DataInputs><wps:ResponseForm><wps:ResponseDocument storeExecuteResponse=\"")
                .append(asynchronous)
                .append("\" status=\"true\"/></wps:ResponseForm></wps:Execute>");
        return new HostExecute(xml.toString());
    }

    @Override
    public String toString() {
        return xml;
    }
}
