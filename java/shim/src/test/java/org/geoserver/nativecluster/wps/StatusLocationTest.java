// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import net.opengis.wps10.ExecuteResponseType;
import org.geoserver.platform.Operation;
import org.geoserver.platform.Service;
import org.geoserver.wps.DismissType;
import org.geoserver.wps.GetExecutionStatusType;
import org.geotools.util.Version;
import org.junit.jupiter.api.Test;

class StatusLocationTest {
    private final Response response = new Response();

    private static final class Response implements ExecuteResponseType {
        private String location;

        @Override
        public String getStatusLocation() {
            return location;
        }

        @Override
        public void setStatusLocation(String location) {
            this.location = location;
        }
    }

    private void answer(Object asked) throws NoSuchMethodException {
        Service wps = new Service("wps", "http://www.opengis.net/wps", this, new Version("1.0.0"), List.of());
        Operation operation =
                new Operation("GetExecutionStatus", wps, Object.class.getMethod("toString"), new Object[] {asked});
        new StatusLocation(new FakeCluster()).operationExecuted(null, operation, response);
    }

    private static GetExecutionStatusType status(String baseUrl) {
        GetExecutionStatusType asked = new GetExecutionStatusType();
        asked.setExecutionId("id");
        asked.setBaseUrl(baseUrl);
        return asked;
    }

    @Test
    void isThatOfTheGeoServerThatWasAsked() throws NoSuchMethodException {
        answer(status("http://gis.example.org/geoserver/"));
        assertEquals(
                "http://gis.example.org/geoserver/ows?service=WPS&version=1.0.0&request=GetExecutionStatus&executionId=id",
                response.location);
    }

    @Test
    void isLeftAsGeoServerMadeIt() throws NoSuchMethodException {
        response.location = "http://gis.example.org/made";
        answer(status("http://gis.example.org/geoserver/"));
        assertEquals("http://gis.example.org/made", response.location);
    }

    @Test
    void isNotMadeUp() throws NoSuchMethodException {
        answer(status(null));
        answer(new DismissType());
        assertNull(response.location);
    }
}
