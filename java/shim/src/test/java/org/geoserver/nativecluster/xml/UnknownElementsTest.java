// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.xml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownElementsTest {
    private static String keep(String here, String there, String read) throws IOException {
        byte[] kept = UnknownElements.keep(form(here), form(there), () -> form(read));
        return new String(kept, StandardCharsets.UTF_8).replaceAll("\\s", "");
    }

    private static byte[] form(String children) {
        return ("<o>" + children + "</o>").getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        // this node's, the cluster's, what this node makes of the cluster's, and what is kept
        "<a>2</a>, <a>1</a><x/>, <a>1</a>, <a>2</a><x/>",
        "<a>2</a><b/>, <a>1</a><x>y</x><b/>, <a>1</a><b/>, <a>2</a><x>y</x><b/>",
        "<p><a>2</a></p>, <p><x/><a>1</a></p>, <p><a>1</a></p>, <p><x/><a>2</a></p>",
        "<b/>, <a>1</a><x/><b/>, <a>1</a><b/>, <x/><b/>"
    })
    void whatIsUnknownIsKeptWhereItWas(String here, String there, String read, String kept) throws IOException {
        assertEquals("<o>" + kept + "</o>", keep(here, there, read));
    }

    @ParameterizedTest
    @CsvSource({
        // it was unset here, and is known
        "<b/>, <a>1</a><b/>, <a>1</a><b/>",
        // of a list
        "<p><a/></p>, <p><a/><a/></p>, <p/>",
        "<p/>, <p><entry>v</entry></p>, <p/>",
        // it refers to what is not here
        "<b/>, <style><id>1</id></style><b/>, <b/>",
        "<b/>, <styles><style><id>1</id></style></styles><b/>, <b/>",
        // another text
        "<a>2</a>, <a><x/></a>, <a/>"
    })
    void nothingElseIs(String here, String there, String read) throws IOException {
        assertArrayEquals(form(here), UnknownElements.keep(form(here), form(there), () -> form(read)));
    }
}
