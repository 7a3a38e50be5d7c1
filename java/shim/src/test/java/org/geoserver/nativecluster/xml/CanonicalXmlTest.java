// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CanonicalXmlTest {
    private static final UnaryOperator<String> SAME = id -> id;

    @Test
    void aStoreIsEqualWhateverTheOrderOfItsParametersAndItsDates() {
        String here = canonical("""
                <dataStore>
                  <id>DataStoreInfoImpl--1</id>
                  <name>sf</name>
                  <workspace><id>W1</id></workspace>
                  <connectionParameters>
                    <entry key="url">file:data/sf</entry>
                    <entry key="passwd">a &lt; b</entry>
                  </connectionParameters>
                  <__default>false</__default>
                  <dateCreated>2022-08-21 15:10:28.234 UTC</dateCreated>
                  <modifiedBy>admin</modifiedBy>
                </dataStore>""");
        String there = canonical("""
                <dataStore><id>DataStoreInfoImpl--2</id><name>sf</name><workspace>
                <id>W1</id></workspace><connectionParameters><entry key='passwd'>a &#60; b</entry>
                <entry key='url'>file:data/sf</entry></connectionParameters><__default>true</__default>
                <dateModified>2026-01-01 00:00:00.0 UTC</dateModified></dataStore>""");
        assertEquals(here, there);
        assertEquals("""
                <dataStore>
                  <name>sf</name>
                  <workspace>
                    <id>W1</id>
                  </workspace>
                  <connectionParameters>
                    <entry key="passwd">a &lt; b</entry>
                    <entry key="url">file:data/sf</entry>
                  </connectionParameters>
                </dataStore>
                """, here);
    }

    @Test
    void stylesOfALayerAreASetAndThoseOfAGroupAListWithItsGaps() {
        String layer = canonical("""
                <layer><name>roads</name><id>L</id><styles class="linked-hash-set"><style><id>B</id></style><style><id>A</id></style></styles>
                <enabled>true</enabled></layer>""");
        assertEquals(
                canonical("<layer><styles><style><id>A</id></style><style><id>B</id></style></styles></layer>"), layer);
        assertFalse(layer.contains("enabled"), layer);

        String group = canonical("""
                <layerGroup><name>g</name><publishables><published type="layer"><id>2</id></published><published
                type="layer"><id>1</id></published></publishables><styles><style><id>B</id></style><style/><style><id>A</id></style></styles>
                </layerGroup>""");
        assertTrue(group.indexOf(">2<") < group.indexOf(">1<"), group);
        assertTrue(group.indexOf(">B<") < group.indexOf("<style/>"), group);
        assertTrue(group.indexOf("<style/>") < group.indexOf(">A<"), group);
    }

    @Test
    void referencesCarryTheClustersIdsAndNothingElse() {
        String xml = """
                <layer><defaultStyle><id>s1</id></defaultStyle><styles><style><id>s2</id></style></styles>
                <resource class="featureType"><id>r1</id></resource>
                <metadata><entry key="x"><style><id>s1</id></style></entry></metadata></layer>""";
        byte[] bytes = CanonicalXml.canonical(bytes(xml), id -> id.toUpperCase()).bytes();
        String canonical = text(bytes);
        assertTrue(canonical.contains("<id>S1</id>") && canonical.contains("<id>S2</id>"), canonical);
        assertTrue(canonical.contains("<resource class=\"featureType\">\n    <id>R1</id>"), canonical);
        assertTrue(canonical.contains("<id>s1</id>"), "what stands in a map is nobody's reference: " + canonical);
        assertEquals(List.of("S1", "S2", "R1"), CanonicalXml.references(bytes).stream()
                .sorted((a, b) -> canonical.indexOf(a) - canonical.indexOf(b)).toList());

        String local = text(CanonicalXml.local(bytes, new byte[0], id -> id.toLowerCase() + "'", "own"));
        assertTrue(local.startsWith("<layer>\n  <id>own</id>\n"), local);
        assertTrue(local.contains("<id>r1'</id>"), local);
        assertEquals(canonical, text(CanonicalXml.canonical(bytes(local), id -> id.replace("'", "").toUpperCase())
                .bytes()));
    }

    @Test
    void settingsHoldAReferenceToTheirWorkspaceNotACopyOfIt() {
        String settings = canonical("""
                <settings><id>SettingsInfoImpl-1</id><workspace><id>W</id><name>old name</name><isolated>false</isolated>
                <dateCreated>2022-08-21 15:10:28.234 UTC</dateCreated></workspace>
                <contact><id>contact</id><addressCity>Milwaukee</addressCity>
                <internationalAddress class="org.geotools.util.GrowableInternationalString"/>
                <internationalWelcome class="x"><fr>Salut</fr><de>Hallo</de></internationalWelcome></contact>
                <metadata><map><entry><string>b</string><boolean>false</boolean></entry><entry><string>a</string><int>1</int></entry>
                </map></metadata></settings>""");
        assertEquals("""
                <settings>
                  <workspace>
                    <id>W</id>
                  </workspace>
                  <contact>
                    <addressCity>Milwaukee</addressCity>
                    <internationalWelcome class="x">
                      <de>Hallo</de>
                      <fr>Salut</fr>
                    </internationalWelcome>
                  </contact>
                  <metadata>
                    <map>
                      <entry>
                        <string>a</string>
                        <int>1</int>
                      </entry>
                      <entry>
                        <string>b</string>
                        <boolean>false</boolean>
                      </entry>
                    </map>
                  </metadata>
                </settings>
                """, settings);
    }

    @Test
    void whatStaysPerNodeIsLeftOut() {
        String xml = """
                <global><settings><id>1</id><contact><id>c</id></contact><proxyBaseUrl>http://a</proxyBaseUrl><charset>UTF-8</charset></settings>
                <jai><jaiext><jaiExtOperations class="sorted-set"><string>Warp</string><string>Affine</string></jaiExtOperations></jaiext></jai>
                <updateSequence>294</updateSequence></global>""";
        assertEquals("""
                <global>
                  <settings>
                    <contact/>
                    <charset>UTF-8</charset>
                  </settings>
                  <jai>
                    <jaiext>
                      <jaiExtOperations>
                        <string>Affine</string>
                        <string>Warp</string>
                      </jaiExtOperations>
                    </jaiext>
                  </jai>
                </global>
                """, text(CanonicalXml.canonical(bytes(xml), SAME, List.of("proxyBaseUrl", "lockProviderName", "logging.charset"))
                .bytes()));
    }

    @Test
    void whatStaysPerNodeIsKeptWhenAnotherVersionComes() {
        List<String> names = List.of("settings.proxyBaseUrl", "coverageAccess", "jai.tileThreads");
        String here = """
                <global><settings><proxyBaseUrl>http://here</proxyBaseUrl><charset>old</charset></settings>
                <jai><tileThreads>3</tileThreads></jai><coverageAccess><maxPoolSize>1</maxPoolSize></coverageAccess>
                <metadata><entry key="k"><jai><tileThreads>9</tileThreads></jai></entry></metadata></global>""";
        String there = """
                <global>
                  <settings>
                    <charset>new</charset>
                  </settings>
                  <coverageAccess>
                    <maxPoolSize>8</maxPoolSize>
                  </coverageAccess>
                </global>""";
        assertEquals("""
                <global>
                  <settings>
                    <charset>new</charset>
                    <proxyBaseUrl>http://here</proxyBaseUrl>
                  </settings>
                  <jai>
                    <tileThreads>3</tileThreads>
                  </jai>
                  <coverageAccess>
                    <maxPoolSize>1</maxPoolSize>
                  </coverageAccess>
                </global>
                """, text(CanonicalXml.keep(bytes(there), bytes(here), names)));
    }

    @Test
    void theUpdateSequenceIsNoDifference() {
        CanonicalXml.Form one = CanonicalXml.canonical(bytes("<global><updateSequence>1</updateSequence></global>"), SAME);
        CanonicalXml.Form two = CanonicalXml.canonical(bytes("<global><updateSequence>2</updateSequence></global>"), SAME);
        assertEquals(text(one.bytes()), text(two.bytes()));
        assertTrue(text(CanonicalXml.local(two.bytes(), two.extra(), SAME, null)).contains("<updateSequence>2<"));
    }

    @Test
    void datesAndUserGoApartAndComeBack() {
        String xml = """
                <workspace>
                  <id>W</id>
                  <name>ne</name>
                  <isolated>false</isolated>
                  <dateCreated>2022-08-21 15:10:28.234 UTC</dateCreated>
                  <dateModified>2022-09-27 23:39:44.130 UTC</dateModified>
                  <modifiedBy>admin</modifiedBy>
                </workspace>
                """;
        CanonicalXml.Form form = CanonicalXml.canonical(bytes(xml), SAME);
        assertFalse(text(form.bytes()).contains("date"));
        assertEquals(xml, text(CanonicalXml.local(form.bytes(), form.extra(), SAME, "W")));
        byte[] other = bytes("<extra><name>smuggled</name></extra>");
        assertFalse(text(CanonicalXml.local(form.bytes(), other, SAME, "W")).contains("smuggled"));
        assertEquals(0, CanonicalXml.canonical(bytes("<namespace><uri>u</uri></namespace>"), SAME).extra().length);
    }

    @Test
    void textIsKeptToTheLetter() {
        String xml = "<style><name> a\n b\t&#xd;&#8364;\uD83D\uDE00\"'&amp;</name><x y=\"&#xa;&quot;\"> </x></style>";
        assertEquals(
                "<style>\n  <name> a\n b\t&#xd;\u20AC\uD83D\uDE00\"'&amp;</name>\n  <x y=\"&#xa;&quot;\"> </x>\n</style>\n",
                canonical(xml));
        assertEquals(canonical(xml), canonical(canonical(xml)));
    }

    @Test
    void neitherDocumentTypesNorWhatIsNoXmlIsRead() {
        assertThrows(XmlException.class, () -> canonical("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"));
        XmlException e = assertThrows(XmlException.class, () -> canonical("<a>\n<b></a>"));
        assertTrue(e.getMessage().startsWith("line 2"), e.getMessage());
    }

    private static String canonical(String xml) {
        return text(CanonicalXml.canonical(bytes(xml), SAME).bytes());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
