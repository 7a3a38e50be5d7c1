// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsAllKindsOfValues() {
        Map<String, Object> read = Json.object(
                " {\"text\":\"a \\\"quoted\\\" \\u00e9\\n\",\"n\":-1.5e2,\"yes\":true,\"no\":false,\"nil\":null,"
                        + "\"list\":[1, \"two\", []],\"object\":{\"in\":{}}} ");
        assertEquals("a \"quoted\" é\n", read.get("text"));
        assertEquals(-150.0, read.get("n"));
        assertEquals(true, read.get("yes"));
        assertEquals(false, read.get("no"));
        assertEquals(null, read.get("nil"));
        assertEquals(Arrays.asList(1.0, "two", List.of()), read.get("list"));
        assertEquals(Map.of("in", Map.of()), read.get("object"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":\"", "{\"a\":1", "{\"a\":x}", "{} {}", "{\"a\":\"\\u12"})
    void refusesWhatIsNoObject(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.object(text));
    }
}
