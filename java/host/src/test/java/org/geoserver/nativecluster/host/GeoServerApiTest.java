// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.geoserver.wps.ProcessStatusStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shim is compiled against our own declarations of GeoServer's types: each must be so in GeoServer, or the shim fails
 * there and not here.
 */
class GeoServerApiTest {
    /** What the shim implements by itself, so that GeoServer must not ask for more than we know. */
    private static final Set<String> IMPLEMENTED = Set.of(
            "org.geoserver.wps.ProcessStatusStore",
            "org.geoserver.wps.resource.ProcessArtifactsStore",
            "org.geoserver.ows.DispatcherCallback",
            "org.geoserver.platform.resource.Resource");

    @ParameterizedTest
    @ValueSource(strings = {"2.28", "3.0"})
    void declarationsAreThoseOfTheTables(String line) throws Exception {
        Map<String, ApiType> theirs = ApiTables.read(tables().resolve(line + ".tsv"));
        List<String> differences = new ArrayList<>();
        for (Class<?> type : declared()) {
            ApiType ours = ApiType.of(type);
            differences.addAll(ApiType.differences(ours, theirs.get(type.getName())));
            if (IMPLEMENTED.contains(type.getName())) {
                differences.addAll(ApiType.missing(ours, theirs.get(type.getName())));
            }
        }
        assertEquals(List.of(), differences);
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "GEOSERVER_WEBAPP", matches = ".+")
    void declarationsAreThoseOfTheJars() throws Exception {
        ApiJars jars = new ApiJars(Path.of(System.getenv("GEOSERVER_WEBAPP")));
        List<String> differences = new ArrayList<>();
        for (Class<?> type : declared()) {
            ApiType ours = ApiJars.of(type);
            ApiType theirs = jars.type(type.getName());
            differences.addAll(ApiType.differences(ours, theirs));
            if (IMPLEMENTED.contains(type.getName()) && theirs != null) {
                differences.addAll(ApiType.missing(ours, theirs));
            }
        }
        assertEquals(List.of(), differences);
    }

    /** What GeoServer keeps to itself, or only calls so, and the shim finds by its name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.geoserver.gwc.layer.DefaultTileLayerCatalog field layersById Ljava/util/concurrent/ConcurrentMap;",
                "org.geoserver.gwc.layer.DefaultTileLayerCatalog field layersByName Ljava/util/Map;",
                "org.geoserver.gwc.layer.DefaultTileLayerCatalog method depersist (Lorg/geoserver/platform/resource/Resource;)",
                "org.geoserver.security.impl.AbstractAccessRuleDAO field propertyFileName Ljava/lang/String;",
                "org.geoserver.security.impl.AbstractAccessRuleDAO method toProperties ()Ljava/util/Properties;",
                "org.geoserver.security.RESTfulDefinitionSource method reload ()V",
                "org.geoserver.security.RESTfulDefinitionSource method getAllConfigAttributes ()"
            })
    @EnabledIfEnvironmentVariable(named = "GEOSERVER_WEBAPP", matches = ".+")
    void membersFoundByNameAreInTheJars(String member) throws Exception {
        String[] typeAndMember = member.split(" ", 2);
        ApiType type = new ApiJars(Path.of(System.getenv("GEOSERVER_WEBAPP"))).wholeType(typeAndMember[0]);
        assertTrue(
                type.members().keySet().stream().anyMatch(theirs -> theirs.startsWith(typeAndMember[1])),
                () -> type.members().keySet().toString());
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "GEOSERVER_WEBAPP", matches = ".+")
    void beansFoundByNameAreInTheJars() throws Exception {
        ApiJars jars = new ApiJars(Path.of(System.getenv("GEOSERVER_WEBAPP")));
        assertTrue(jars.says("applicationSecurityContext.xml", "id=\"restFilterDefinitionMap\""));
        assertTrue(saysGwc(jars, "core", "gwcXmlConfigResourceProvider", "config.GeoserverXMLResourceProvider"));
        assertTrue(saysGwc(jars, "geoserver", "gwcGeoServervConfigPersister", "config.GWCConfigPersister"));
        assertTrue(saysGwc(jars, "geoserver", "GeoSeverTileLayerCatalog", "layer.DefaultTileLayerCatalog"));
    }

    private static boolean saysGwc(ApiJars jars, String context, String bean, String type) throws IOException {
        String text = "<bean id=\"" + bean + "\" class=\"org.geoserver.gwc." + type + "\"";
        return jars.says("geowebcache-" + context + "-context.xml", text);
    }

    @Test
    void aDifferenceIsNoticed() throws Exception {
        Map<String, ApiType> theirs = ApiTables.read(tables().resolve("3.0.tsv"));
        ApiType ours = ApiType.of(ProcessStatusStore.class);
        ApiType actual = theirs.get(ours.name());
        assertEquals(List.of(), ApiType.missing(ours, actual));
        actual.members().remove("method supportsPaging() boolean");
        actual.members().put("method supportsSorting() boolean", "abstract public");
        actual.members().put("method supportsPredicate() boolean", "public static");
        assertEquals(2, ApiType.differences(ours, actual).size());
        assertEquals(1, ApiType.missing(ours, actual).size());
        assertEquals(1, ApiType.differences(ours, null).size());
    }

    /** In the repository, from wherever the tests are run. */
    private static Path tables() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path tables = folder.resolve("tests/geoserver-api");
            if (Files.isDirectory(tables)) {
                return tables;
            }
        }
        throw new IllegalStateException("run in the repository: tests/geoserver-api is not found");
    }

    /** The types that are declared here and that others can see, GeoServer's and those of its libraries; all in one folder. */
    private static List<Class<?>> declared() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(ProcessStatusStore.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> declared = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".class"))::iterator) {
                String name = root.relativize(file).toString().replace('/', '.').replaceAll("[.]class$", "");
                Class<?> type = Class.forName(name, false, GeoServerApiTest.class.getClassLoader());
                boolean ours = name.startsWith("org.geoserver.nativecluster.");
                if (!ours && java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
                    declared.add(type);
                }
            }
        }
        assertTrue(declared.size() > 100, declared.toString());
        return declared;
    }
}
