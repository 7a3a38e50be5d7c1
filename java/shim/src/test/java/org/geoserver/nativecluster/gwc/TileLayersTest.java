// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.ObjectsTold;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.files.FakeGate;
import org.geoserver.nativecluster.files.Later;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileLayersTest {
    @TempDir
    Path folder;

    private final FakeGwc gwc = new FakeGwc();
    private final Set<String> layersHere = new HashSet<>(Set.of("LayerInfo:1", "LayerInfo:own"));
    private final List<String> told = new ArrayList<>();
    private final Map<String, Consumer<List<String>>> watchers = new HashMap<>();
    private final Now now = new Now();
    private TileLayers layers;

    /** What layers are called, by their ids: as their tiles, if a test says nothing else. */
    private final Map<String, String> names = new HashMap<>();

    private CatalogListener listener;

    /** What GeoServer was last given to read. */
    private String given;

    /** Everything is due at once. */
    private static final class Now implements Later {
        @Override
        public void after(long millis, Runnable task) {
            if (millis <= 1000) {
                task.run();
            }
        }

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static final Ids IDS = new Ids() {
        @Override
        public String toCluster(String localId) {
            return localId.equals("LayerInfo:own") ? "LayerInfo:theirs" : localId;
        }

        @Override
        public String toLocal(String clusterId) {
            return clusterId.equals("LayerInfo:theirs") ? "LayerInfo:own" : clusterId;
        }
    };

    @BeforeEach
    void start() throws IOException {
        Scratch scratch = new Scratch(folder.resolve("scratch"), null, null) {
            @Override
            GeoServerTileLayerInfo tileLayer(byte[] xml, String id) {
                given = new String(xml, StandardCharsets.UTF_8);
                assertTrue(given.contains("<id>" + id + "</id>"), given);
                String name = given.replaceAll("(?s).*<name>(.*)</name>.*", "$1");
                return name.equals("unreadable") ? null : info(id, name);
            }
        };
        layers = new TileLayers(
                new Folder(
                        folder.resolve("gwc-layers").toFile(),
                        name -> name.endsWith(".xml"),
                        (root, excluded, changed) -> watchers.put(root.getFileName().toString(), changed),
                        now,
                        new FakeGate()),
                IDS,
                catalog(),
                () -> gwc,
                gwc,
                scratch);
        layers.start(told::add);
    }

    @Test
    void tellsTheTilesOfLayersThatAreHere() throws IOException {
        write("LayerInfo:1", "a");
        write("LayerInfo:own", "b");
        write("LayerInfo:leftover", "c");
        Files.writeString(folder.resolve("gwc-layers/broken.xml"), "<GeoServerTileLayer>");
        Files.writeString(folder.resolve("gwc-layers/LayerInfo_1.xml.tmp"), "<GeoServerTileLayer>");
        assertEquals(Set.of("gwc/layer/LayerInfo:1", "gwc/layer/LayerInfo:theirs"), snapshot().keySet());
        String content = new String(layers.read("gwc/layer/LayerInfo:theirs").content().bytes(), StandardCharsets.UTF_8);
        assertTrue(content.contains("<name>b</name>"), content);
        assertFalse(content.contains("LayerInfo"), content);
        assertFalse(content.contains("inMemoryCached"), content);
    }

    @Test
    void tellsWhatWasChangedAndRemoved() throws IOException {
        write("LayerInfo:own", "b");
        say("LayerInfo_own.xml");
        assertEquals(List.of("gwc/layer/LayerInfo:theirs"), told);
        assertNull(layers.read("gwc/layer/LayerInfo:1"));
        Files.delete(folder.resolve("gwc-layers/LayerInfo_own.xml"));
        say("LayerInfo_own.xml");
        assertEquals(2, told.size());
        assertEquals(Local.NOTHING, layers.read("gwc/layer/LayerInfo:theirs"));
        assertNull(layers.read("gwc/layer/LayerInfo:theirs"));
        // what was never whole is not told
        Files.writeString(folder.resolve("gwc-layers/broken.xml"), "<GeoServerTileLayer><id>LayerInfo:1");
        say("broken.xml");
        assertEquals(2, told.size());
    }

    @Test
    void whatIsWrittenAnewAndStaysTheSameIsNotTold() throws IOException {
        write("LayerInfo:own", "b");
        say("LayerInfo_own.xml");
        layers.read("gwc/layer/LayerInfo:theirs");
        write("LayerInfo:own", "b");
        say("LayerInfo_own.xml");
        assertEquals(1, told.size());
        write("LayerInfo:own", "c");
        say("LayerInfo_own.xml");
        assertEquals(2, told.size());
        layers.read("gwc/layer/LayerInfo:theirs");
        Files.delete(folder.resolve("gwc-layers/LayerInfo_own.xml"));
        assertEquals(Local.NOTHING, layers.read("gwc/layer/LayerInfo:theirs"));
        write("LayerInfo:own", "c");
        say("LayerInfo_own.xml");
        assertEquals(3, told.size(), "it is there again");
    }

    @Test
    void takesOthersSettingsIntoUse() throws IOException {
        assertNull(layers.apply(pending("LayerInfo:theirs", "a")).problem());
        assertNull(layers.apply(pending("LayerInfo:theirs", "a")).problem());
        assertNull(layers.apply(pending("LayerInfo:theirs", "b")).problem());
        assertEquals(List.of("add a", "save a", "rename a b", "save b"), gwc.calls);
        assertEquals(Set.of("LayerInfo:own"), gwc.layers.keySet());
    }

    /** GeoWebCache's REST does not wait for the configuration lock. */
    @Test
    void whatIsEditedWhileAnotherNodesSettingsAreSavedIsAnEdit() throws IOException {
        write("LayerInfo:1", "a");
        gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "a"));
        snapshot();
        gwc.afterSave = () -> {
            gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "edited"));
            try {
                write("LayerInfo:1", "edited");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        Pending pending = pending("LayerInfo:1", "b");
        assertEquals(Local.of(pending.content()), layers.apply(pending).local());
        assertEquals(List.of("gwc/layer/LayerInfo:1"), told);
        String read = new String(layers.read("gwc/layer/LayerInfo:1").content().bytes(), StandardCharsets.UTF_8);
        assertTrue(read.contains("edited"), read);
    }

    /** On a read-only node, where the cluster's version is pending then. */
    @Test
    void whatWasEditedHereIsUndoneByTheClustersVersion() throws IOException {
        write("LayerInfo:1", "a");
        gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "a"));
        snapshot();
        write("LayerInfo:1", "edited");
        say("LayerInfo_1.xml");
        assertEquals(List.of("gwc/layer/LayerInfo:1"), told);
        assertNull(layers.apply(pending("LayerInfo:1", "a")).problem());
        assertEquals(List.of("save a"), gwc.calls);
    }

    /** Of GeoServer 2.28: whether this node keeps the layer's tiles in memory. */
    @Test
    void keepsWhatIsTheNodesOwn() throws IOException {
        layers.apply(pending("LayerInfo:1", "a"));
        String own = new String(xml("LayerInfo:1", "a"), StandardCharsets.UTF_8).replace(">true<", ">false<");
        Files.writeString(folder.resolve("gwc-layers/LayerInfo_1.xml"), own);
        assertNull(layers.apply(pending("LayerInfo:1", "b")).problem());
        assertTrue(given.contains("<name>b</name>") && given.contains("<inMemoryCached>false</inMemoryCached>"), given);
        assertFalse(given.contains("<inMemoryCached>true"), given);
    }

    @Test
    void removesTiles() {
        layers.apply(pending("LayerInfo:1", "a"));
        Pending removal = new Pending("gwc/layer/LayerInfo:1", 2, null, -1, "other", false, 0);
        assertEquals(Local.NOTHING, layers.apply(removal).local());
        assertEquals(Local.NOTHING, layers.apply(removal).local());
        assertEquals(List.of("add a", "remove [a]"), gwc.calls);
    }

    @Test
    void waitsForTheLayerAndForItsName() {
        assertNotNull(layers.apply(pending("LayerInfo:new", "a")).problem());
        layersHere.add("LayerInfo:new");
        assertNull(layers.apply(pending("LayerInfo:new", "a")).problem());
        assertNotNull(layers.apply(pending("LayerInfo:1", "a")).problem());
        assertNotNull(layers.apply(pending("LayerInfo:1", "unreadable")).problem());
        assertEquals(List.of("add a"), gwc.calls);
    }

    /** It kept the tiles of a layer that was made anew under its name from being set. */
    @Test
    void whatIsLeftOverOfALayerThatIsNotHereMakesWay() {
        layers.apply(pending("LayerInfo:1", "a"));
        layersHere.remove("LayerInfo:1");
        layersHere.add("LayerInfo:new");
        assertNull(layers.apply(pending("LayerInfo:new", "a")).problem());
        assertEquals(List.of("add a", "remove [a]", "add a"), gwc.calls);
    }

    @Test
    void inASharedDirectoryGeoServerLooksItself() throws IOException {
        write("LayerInfo:1", "a");
        Pending pending =
                new Pending("gwc/layer/LayerInfo:1", 1, new Content(xml(null, "a"), 0), -1, "other", true, 0);
        assertNotNull(layers.apply(pending).local().content());
        assertEquals(List.of(), gwc.calls);
    }

    /** As when it came into another workspace, of which GeoWebCache is not told. */
    @Test
    void tilesThatHaveNotTheNameOfTheirLayerAreGivenIt() throws IOException {
        write("LayerInfo:1", "before:a");
        gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "before:a"));
        names.put("LayerInfo:1", "now:a");
        assertEquals(Set.of(), snapshot().keySet(), "it is missing, and will be put in place");
        Pending pending = pending("LayerInfo:1", "before:a");
        names.put("LayerInfo:1", "now:a");
        assertNull(layers.apply(pending).problem());
        assertEquals(List.of("rename before:a now:a", "save now:a"), gwc.calls);
    }

    /** Of another node's edit, for of this node's GeoWebCache is told. */
    @Test
    void tilesAreRenamedWithTheNamespaceOfTheirLayer() throws IOException {
        write("LayerInfo:1", "before:a");
        gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "before:a"));
        names.put("LayerInfo:1", "now:a");
        listener.handlePostModifyEvent(namespaceModified());
        assertEquals(List.of(), gwc.calls);
        Applying.run(() -> listener.handlePostModifyEvent(namespaceModified()));
        assertEquals(List.of("rename before:a now:a", "save now:a"), gwc.calls);
        gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "now:a"));
        Applying.run(() -> listener.handlePostModifyEvent(namespaceModified()));
        assertEquals(2, gwc.calls.size());
    }

    /** GeoWebCache looks for them by the name of the layer, which they have not got yet. */
    @Test
    void tilesAreRemovedWithTheirLayerWhateverTheirName() {
        gwc.layers.put("LayerInfo:1", info("LayerInfo:1", "before:a"));
        names.put("LayerInfo:1", "now:a");
        CatalogRemoveEvent removed = proxy(CatalogRemoveEvent.class, (method, arguments) -> layer("LayerInfo:1"));
        listener.handleRemoveEvent(removed);
        listener.handleRemoveEvent(removed);
        assertEquals(List.of("remove [before:a]"), gwc.calls);
    }

    private static CatalogPostModifyEvent namespaceModified() {
        return proxy(CatalogPostModifyEvent.class, (method, arguments) -> proxy(NamespaceInfo.class, (name, none) -> null));
    }

    private interface Answers {
        Object answer(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.answer(method.getName(), arguments)));
    }

    /** What GeoWebCache makes of another node's layer is nobody's edit. */
    @Test
    void whatFollowsIsNoted() {
        gwc.layers.put("LayerInfo:own", info("LayerInfo:own", "topp:states"));
        Set<String> touched = Applying.run(false, () -> layers.touched(List.of("topp:states", "topp:none")));
        assertEquals(Set.of("gwc/layer/LayerInfo:theirs"), touched);
    }

    private Pending pending(String id, String name) {
        names.put(IDS.toLocal(id), name);
        return new Pending("gwc/layer/" + id, 1, new Content(xml(null, name), 0), -1, "other", false, 0);
    }

    private void say(String file) {
        watchers.get("gwc-layers").accept(List.of(file));
    }

    private void write(String id, String name) throws IOException {
        names.put(id, name);
        Files.write(folder.resolve("gwc-layers").resolve(id.replace(':', '_') + ".xml"), xml(id, name));
    }

    private static byte[] xml(String id, String name) {
        return ("<GeoServerTileLayer>" + (id == null ? "" : "<id>" + id + "</id>") + "<name>" + name + "</name>"
                        + "<inMemoryCached>true</inMemoryCached></GeoServerTileLayer>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Content> snapshot() {
        return ObjectsTold.by(layers::snapshot);
    }

    private Catalog catalog() {
        return proxy(Catalog.class, (method, arguments) -> switch (method) {
            case "getLayer" -> layersHere.contains(arguments[0]) ? layer((String) arguments[0]) : null;
            case "getResourcesByNamespace" -> List.of(proxy(ResourceInfo.class, (name, none) -> null));
            case "getLayers" -> List.of(layer("LayerInfo:1"));
            case "addListener" -> listener = (CatalogListener) arguments[0];
            default -> null;
        });
    }

    private LayerInfo layer(String id) {
        return proxy(LayerInfo.class, (method, arguments) -> method.equals("getId") ? id : names.get(id));
    }

    private static GeoServerTileLayerInfo info(String id, String name) {
        return (GeoServerTileLayerInfo) Proxy.newProxyInstance(
                TileLayersTest.class.getClassLoader(),
                new Class<?>[] {GeoServerTileLayerInfo.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getId" -> id;
                    case "equals" -> ((GeoServerTileLayerInfo) arguments[0]).getName().equals(name);
                    default -> name;
                });
    }
}
