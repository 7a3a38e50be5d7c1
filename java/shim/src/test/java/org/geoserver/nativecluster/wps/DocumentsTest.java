// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class DocumentsTest {
    private static final String WPS = "http://www.opengis.net/wps/1.0.0";
    private static final String OWS = "http://www.opengis.net/ows/1.1";

    private static Document parse(byte[] xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    }

    private static Element only(Document document, String namespace, String name) {
        assertEquals(1, document.getElementsByTagNameNS(namespace, name).getLength(), name);
        return (Element) document.getElementsByTagNameNS(namespace, name).item(0);
    }

    @Test
    void aRequestNamesTheProcess() throws Exception {
        Document document = parse(Documents.execute(Statuses.full().getProcessName()));
        assertEquals("Execute", document.getDocumentElement().getLocalName());
        assertEquals("JTS:buffer", only(document, OWS, "Identifier").getTextContent());
        only(document, WPS, "DataInputs");
    }

    @Test
    void aFailureCarriesWhatGeoServerWouldShow() throws Exception {
        ExecutionStatus status = Statuses.of("id", ProcessState.FAILED);
        WPSException exception = new WPSException("a <b> & \"c\" \u0001", "Code\"", "loc<ator");
        exception.getExceptionText().add("more");
        exception.initCause(new IllegalStateException("cause"));
        Document document = parse(Documents.failed(status, exception));
        assertEquals("ExecuteResponse", document.getDocumentElement().getLocalName());
        Element shown = only(document, OWS, "Exception");
        assertEquals("Code\"", shown.getAttribute("exceptionCode"));
        assertEquals("loc<ator", shown.getAttribute("locator"));
        assertEquals(
                "a <b> & \"c\" ?\nmore\ncause",
                only(document, OWS, "ExceptionText").getTextContent());
        only(document, WPS, "ProcessFailed");
    }

    @Test
    void anExceptionOfAnotherKindIsACause() throws Exception {
        Document document = parse(Documents.failed(Statuses.of("id", ProcessState.FAILED), new Error("boom")));
        assertEquals("NoApplicableCode", only(document, OWS, "Exception").getAttribute("exceptionCode"));
        assertEquals(
                "Process failed during execution\nboom",
                only(document, OWS, "ExceptionText").getTextContent());
    }
}
