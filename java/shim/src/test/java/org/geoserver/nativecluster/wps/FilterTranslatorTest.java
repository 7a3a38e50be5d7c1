// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.FilterFactory;
import org.geotools.factory.CommonFactoryFinder;
import org.junit.jupiter.api.Test;

/** What goes to native code; that the answers are the same is for the store's tests with real filters. */
class FilterTranslatorTest {
    private static final FilterFactory FF = CommonFactoryFinder.getFilterFactory();
    private static final byte[] TRUE = {2, 0, 0}; // all of nothing

    private static Filter equal(String property, Object value) {
        return FF.equal(FF.property(property), FF.literal(value), true);
    }

    private static byte[] text(int field, String value) {
        return new BinaryWriter().u8(6).u8(field).u8(0).u8(0).string(value).toByteArray();
    }

    private static void assertWhole(byte[] expected, Filter filter) {
        FilterTranslator.Split split = FilterTranslator.split(filter);
        assertEquals(List.of(), split.rest());
        assertArrayEquals(expected, split.narrow());
    }

    private static void assertNothing(Filter filter) {
        FilterTranslator.Split split = FilterTranslator.split(filter);
        assertEquals(List.of(filter), split.rest());
        assertArrayEquals(TRUE, split.narrow());
    }

    @Test
    void equalityOfTexts() {
        assertWhole(text(5, "anna"), equal("userName", "anna"));
        assertWhole(text(1, "JTS:buffer"), FF.equal(FF.literal("JTS:buffer"), FF.property("processName"), true));
        assertNothing(FF.equal(FF.property("userName"), FF.literal("anna"), false));
        assertNothing(equal("userName", 5));
        assertNothing(equal("username", "anna"));
        assertNothing(FF.equal(FF.property("userName"), FF.property("task"), true));
    }

    @Test
    void phasesAndFlagsByTheirExactNames() {
        assertWhole(new byte[] {6, 3, 0, 4, 1}, equal("phase", "RUNNING"));
        assertWhole(new byte[] {6, 2, 0, 3, 1}, equal("asynchronous", "true"));
        assertWhole(new byte[] {4, 6, 3, 0, 4, 4}, FF.notEqual(FF.property("phase"), FF.literal("FAILED"), true));
        assertNothing(equal("phase", "running"));
        assertNothing(equal("asynchronous", "1"));
    }

    @Test
    void nulls() {
        assertWhole(new byte[] {4, 5, 7}, FF.not(FF.isNull(FF.property("completionTime"))));
        assertNothing(FF.isNull(FF.property("phase")));
    }

    @Test
    void whatGeoToolsConvertsStaysWithIt() {
        assertNothing(FF.before(FF.property("completionTime"), FF.literal("2026-01-01T00:00Z")));
        assertNothing(FF.greater(FF.property("progress"), FF.literal(5)));
        assertNothing(FF.less(FF.property("userName"), FF.literal("b")));
        assertNothing(FF.like(FF.property("userName"), "a*"));
        assertNothing(FF.or(equal("phase", "RUNNING"), FF.like(FF.property("userName"), "a*")));
    }

    @Test
    void aConjunctionIsSplit() {
        Filter like = FF.like(FF.property("userName"), "a*");
        Filter before = FF.before(FF.property("lastUpdated"), FF.literal("2026-01-01T00:00Z"));
        Filter filter = FF.and(FF.and(equal("phase", "RUNNING"), like), FF.and(before, equal("task", "t")));
        FilterTranslator.Split split = FilterTranslator.split(filter);
        assertEquals(List.of(like, before), split.rest());
        assertArrayEquals(
                new BinaryWriter().raw(new byte[] {2, 0, 2, 6, 3, 0, 4, 1}).raw(text(12, "t")).toByteArray(),
                split.narrow());
    }

    @Test
    void constants() {
        assertWhole(new byte[] {0}, Filter.INCLUDE);
        assertWhole(new byte[] {1}, Filter.EXCLUDE);
    }

    @Test
    void whatIsTooDeepOrTooWideStaysWithGeoTools() {
        Filter deep = equal("task", "t");
        for (int i = 0; i < 100; i++) {
            deep = FF.not(deep);
        }
        assertNothing(deep);
        assertNothing(FF.or(Collections.nCopies(70_000, equal("task", "t"))));
        FilterTranslator.Split wide = FilterTranslator.split(FF.and(Collections.nCopies(70_000, equal("task", "t"))));
        assertTrue(wide.narrow().length > 9_000 && wide.rest().size() > 60_000);
    }
}
