// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.geoserver.catalog.CatalogException;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.config.GeoServer;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Contents;
import org.geoserver.nativecluster.active.ObjectsTold;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.UpdateSequence;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes: what is edited on one is read there and applied on the other. */
class CatalogPartTest {
    @TempDir
    static Path dataDirectory;

    private final MemoryCatalog here = new MemoryCatalog();
    private final MemoryCatalog there = new MemoryCatalog();
    private final Map<String, Content> cluster = new HashMap<>();
    private final List<String> edited = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final CatalogPart editor = part(here);
    private final CatalogPart replica = part(there);
    private final Make make = new Make(here);

    private CatalogPart part(MemoryCatalog catalog) {
        GeoServer geoServer = (GeoServer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {GeoServer.class}, (proxy, method, arguments) -> List.of());
        UpdateSequence sequence = new UpdateSequence(catalog, geoServer);
        return new CatalogPart(catalog, catalog.persisters(), Contents.of(cluster), new ClusterIds(), sequence, dataDirectory, false);
    }

    @BeforeEach
    void start() {
        editor.start(edited::add);
        replica.start(changed::add);
    }

    /** A store, what it serves, a layer of it, its styles and a group, below a workspace. */
    private void makeAll() {
        Infos.Workspace workspace = make.workspace("W", "w");
        Infos.Namespace namespace = make.namespace("N", "w", "http://w");
        Infos.Style style = make.style("S", workspace);
        Infos.Store data = make.store(new Infos.DataStore(), "D", workspace, "data");
        Infos.Store raster = make.store(new Infos.CoverageStore(), "C", workspace, "raster");
        Infos.Store wms = make.store(new Infos.WmsStore(), "WMS", workspace, "wms");
        Infos.Store wmts = make.store(new Infos.WmtsStore(), "WMTS", workspace, "wmts");
        Infos.Layer layer = null;
        for (Infos.Resource resource : List.of(
                make.resource(new Infos.FeatureType(), "DF", namespace, data),
                make.resource(new Infos.Coverage(), "CC", namespace, raster),
                make.resource(new Infos.WmsLayer(), "WMSL", namespace, wms),
                make.resource(new Infos.WmtsLayer(), "WMTSL", namespace, wmts))) {
            layer = make.layer("L" + resource.id, resource, style);
        }
        make.group("G", workspace, layer);
    }

    @Test
    void objectsOfEveryKindArePutInPlaceCascadedOnesToo() {
        makeAll();
        EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
        here.objects.values().forEach(object -> kinds.add(Kind.of(object)));
        assertEquals(EnumSet.allOf(Kind.class), kinds);

        replicate();

        assertEquals(here.objects.keySet(), there.objects.keySet());
        snapshot(editor).forEach((key, content) -> assertEquals(text(content), text(snapshot(replica).get(key)), key));
        there.objects.forEach((id, object) -> assertSame(here.objects.get(id).getClass(), object.getClass()));
        assertEquals(List.of(), changed, "nothing that is applied is told as an edit");
    }

    /** Through copies, neither a rename nor a new style of a layer would be seen. */
    @Test
    void whatAnObjectRefersToIsWhatIsInTheCatalog() {
        makeAll();
        replicate();
        Infos.Group group = (Infos.Group) there.objects.get("G");
        assertSame(there.objects.get("LWMTSL"), group.publishables.get(0));
        assertSame(there.objects.get("W"), group.workspace);
        Infos.Layer layer = (Infos.Layer) there.objects.get("LDF");
        assertSame(there.objects.get("S"), layer.defaultStyle);
        assertSame(there.objects.get("D"), layer.resource.store);
        assertSame(there.objects.get("W"), layer.resource.store.workspace);
    }

    @Test
    void whatIsAppliedAgainChangesNothing() {
        makeAll();
        replicate();
        int objects = there.objects.size();
        there.told.clear();
        replicate();
        assertEquals(objects, there.objects.size());
        assertEquals(List.of(), there.told);
    }

    @Test
    void equalNamesInTwoWorkspacesAreTwoObjects() {
        makeAll();
        Infos.Workspace other = make.workspace("W2", "other");
        Infos.Namespace namespace = make.namespace("N2", "other", "http://other");
        Infos.Store store = make.store(new Infos.DataStore(), "D2", other, "data");
        Infos.Style style = make.style("S2", other);
        Infos.FeatureType type = make.resource(new Infos.FeatureType(), "DF2", namespace, store);
        type.name = ((Infos.Base) here.objects.get("DF")).name;
        make.group("G2", other, make.layer("LDF2", type, style));
        replicate();

        style.filename = "changed.sld";
        type.title = "changed";
        ((Infos.Group) here.objects.get("G2")).publishables.add((Infos.Layer) here.objects.get("LDF"));
        replicate();

        assertEquals("changed.sld", ((Infos.Style) there.objects.get("S2")).filename);
        assertEquals("style.sld", ((Infos.Style) there.objects.get("S")).filename);
        assertEquals("changed", ((Infos.FeatureType) there.objects.get("DF2")).title);
        assertNull(((Infos.FeatureType) there.objects.get("DF")).title);
        assertEquals(2, ((Infos.Group) there.objects.get("G2")).publishables.size());
        assertEquals(1, ((Infos.Group) there.objects.get("G")).publishables.size());
    }

    /** As those of isolated workspaces may be. */
    @Test
    void namespacesOfOneUriAreTwoObjects() {
        make.namespace("N1", "one", "http://same");
        Infos.Namespace two = make.namespace("N2", "two", "http://same");
        replicate();
        two.uri = "http://changed";
        replicate();
        assertEquals("http://same", ((Infos.Namespace) there.objects.get("N1")).uri);
        assertEquals("http://changed", ((Infos.Namespace) there.objects.get("N2")).uri);
    }

    @Test
    void whatIsTheDefaultIsSharedTheStoreOfAWorkspaceToo() {
        makeAll();
        Infos.Workspace workspace = (Infos.Workspace) here.objects.get("W");
        Infos.DataStore second = make.store(new Infos.DataStore(), "D2", workspace, "second");
        replicate();
        assertEquals("W", there.getDefaultWorkspace().getId(), "the first one is the default where there is none");
        there.setDefaultDataStore(workspace, (Infos.DataStore) there.objects.get("D"));

        make.workspace("W2", "other");
        make.namespace("N2", "other", "http://other");
        edited.clear();
        here.setDefaultWorkspace((Infos.Workspace) here.objects.get("W2"));
        here.setDefaultDataStore(workspace, second);
        assertEquals(List.of(Defaults.WORKSPACE, "default/store/W"), edited);
        replicate();

        assertEquals("W2", there.getDefaultWorkspace().getId());
        assertEquals("N2", there.getDefaultNamespace().getId(), "it follows the workspace");
        assertEquals("D2", there.getDefaultDataStore(workspace).getId());
    }

    @Test
    void aDefaultThatHasAnotherNameInTheCatalogIsNoneAndPutInPlaceAnew() {
        make.workspace("W", "first");
        here.setDefaultWorkspace((Infos.Workspace) here.objects.get("W"));
        replicate();
        Content wanted = snapshot(editor).get(Defaults.WORKSPACE);
        Infos.Workspace stale = new Infos.Workspace();
        stale.id = "W";
        stale.name = "before";
        there.setDefaultWorkspace(stale);
        assertFalse(snapshot(replica).containsKey(Defaults.WORKSPACE), "it is missing, and will be put in place");
        assertNull(replica.read(Defaults.WORKSPACE), "and is nobody's edit");
        assertNull(apply(Defaults.WORKSPACE, wanted).problem());
        assertEquals("first", there.getDefaultWorkspace().getName());
        assertEquals(text(wanted), text(snapshot(replica).get(Defaults.WORKSPACE)));
    }

    @Test
    void whatIsToBeTheDefaultIsWaitedFor() {
        Content content = new Content("W".getBytes(StandardCharsets.UTF_8), 1);
        assertNotNull(apply(Defaults.WORKSPACE, content).problem());
        assertNotNull(apply("default/store/W", content).problem());
    }

    /** GeoServer sets them to now, and to nobody, whenever it is saved. */
    @Test
    void datesAndUserAreThoseOfTheEdit() {
        Infos.Workspace workspace = make.workspace("W", "first");
        workspace.setDateCreated(new Date(1000));
        replicate();
        assertEquals(new Date(1000), there.objects.get("W").getDateCreated());

        workspace.name = "second";
        workspace.setDateModified(new Date(2000));
        workspace.setModifiedBy("ada");
        replicate();
        assertEquals(new Date(1000), there.objects.get("W").getDateCreated());
        assertEquals(new Date(2000), there.objects.get("W").getDateModified());
        assertEquals("ada", there.objects.get("W").getModifiedBy());
    }

    @Test
    void listenersHearWhichPropertyIsChangedAndNoOther() {
        makeAll();
        replicate();
        there.told.clear();
        ((Infos.Base) here.objects.get("W")).name = "renamed";
        replicate();
        List<String> dates = List.of("dateCreated", "dateModified", "modifiedBy");
        assertEquals(1, there.told.size(), there.told.toString());
        String names = there.told.get(0).replaceAll("^change Workspace w \\[|\\]$", "");
        assertEquals(List.of("name"), List.of(names.split(", ")).stream().filter(name -> !dates.contains(name)).toList());
    }

    @Test
    void whatANewerNodeAddedKeepsNothingElseBack() {
        make.workspace("W", "first");
        replicate();
        byte[] newer = "<workspace><future>x</future><name>second</name></workspace>".getBytes(StandardCharsets.UTF_8);
        assertNull(apply("catalog/workspace/W", new Content(newer, 1)).problem());
        assertEquals("second", there.getWorkspace("W").getName());
    }

    /** By an edit on an older one the newer ones would lose it. */
    @Test
    void whatANewerNodeAddedStaysInWhatIsTold() {
        make.workspace("W", "first");
        replicate();
        byte[] newer = "<workspace>\n  <future>x</future>\n  <name>second</name>\n</workspace>\n".getBytes(StandardCharsets.UTF_8);
        cluster.put("catalog/workspace/W", new Content(newer, 1));
        assertArrayEquals(newer, apply("catalog/workspace/W", new Content(newer, 1)).local().content().bytes());
        assertArrayEquals(newer, snapshot(replica).get("catalog/workspace/W").bytes());
        ((Infos.Base) there.objects.get("W")).name = "third";
        String edited = text(replica.read("catalog/workspace/W").content());
        assertEquals("<workspace>\n  <future>x</future>\n  <name>third</name>\n</workspace>\n", edited);
    }

    /** Renamed on two nodes at once: the workspace's name is of the one, the namespace's prefix of the other. */
    @Test
    void aNamespaceIsCalledAsItsWorkspace() {
        make.workspace("W", "w");
        make.namespace("N", "w", "http://w");
        replicate();
        Content before = cluster.get("catalog/namespace/N");
        ((Infos.Base) here.objects.get("W")).name = "new";
        ((Infos.Base) here.objects.get("N")).name = "new";
        Map<String, Content> renamed = snapshot(editor);
        changed.clear();
        Applied applied = apply("catalog/namespace/N", renamed.get("catalog/namespace/N"));
        assertEquals("w", there.getNamespace("N").getPrefix());
        assertEquals(List.of("catalog/namespace/N"), changed);
        assertEquals(renamed.get("catalog/namespace/N"), applied.local().content(), "else it would be no edit of this node");
        assertArrayEquals(before.bytes(), replica.read("catalog/namespace/N").content().bytes());
        changed.clear();
        cluster.put("catalog/workspace/W", renamed.get("catalog/workspace/W"));
        assertNull(apply("catalog/namespace/N", renamed.get("catalog/namespace/N")).problem());
        assertEquals("new", there.getNamespace("N").getPrefix());
        assertEquals(List.of(), changed);
    }

    /** Two swap their names, and of one of them the last state of the namespace is still on its way. */
    @Test
    void aNamespaceWaitsForItsOwnWorkspaceAndNotForTheOneThatHasItsNameNow() {
        make.workspace("W1", "red");
        make.namespace("N1", "red", "http://red");
        make.workspace("W2", "blue");
        make.namespace("N2", "blue", "http://blue");
        replicate();
        rename("between", "W1", "N1");
        Content between = snapshot(editor).get("catalog/namespace/N1");
        rename("red", "W2", "N2");
        rename("blue", "W1", "N1");
        Map<String, Content> swapped = snapshot(editor);
        List<Pending> coming = List.of(
                pending("catalog/workspace/W2", swapped.get("catalog/workspace/W2")),
                pending("catalog/workspace/W1", swapped.get("catalog/workspace/W1")),
                pending("catalog/namespace/N1", between),
                pending("catalog/namespace/N2", swapped.get("catalog/namespace/N2")));
        coming.forEach(pending -> cluster.put(pending.key(), pending.content()));
        changed.clear();
        replica.coming(coming);
        coming.forEach(pending -> assertNull(apply(pending.key(), pending.content()).problem(), pending.key()));
        assertNull(apply("catalog/namespace/N1", swapped.get("catalog/namespace/N1")).problem());
        assertEquals(List.of(), changed);
        assertEquals("blue", there.getNamespace("N1").getPrefix());
        assertEquals("red", there.getNamespace("N2").getPrefix());
    }

    private void rename(String name, String... ids) {
        for (String id : ids) {
            ((Infos.Base) here.objects.get(id)).name = name;
        }
    }

    /** GeoServer leaves a workspace out that has no namespace, and then nobody removes its folder. */
    @Test
    void theFolderOfAWorkspaceThatGeoServerLeftOutMakesWayForAnotherOfItsName() throws IOException {
        Path folder = Files.createDirectories(dataDirectory.resolve("workspaces/leftout/store"));
        Files.writeString(folder.resolveSibling("workspace.xml"), "<workspace><id>L</id></workspace>");
        Files.writeString(folder.resolve("datastore.xml"), "<dataStore/>");
        make.workspace("L", "leftout");
        replicate();
        assertTrue(Files.exists(folder.resolve("datastore.xml")), "it is the same workspace");
        here.remove(here.objects.get("L"));
        there.remove(there.objects.get("L"));
        make.workspace("W", "w");
        replicate();
        ((Infos.Base) here.objects.get("W")).name = "leftout";
        replicate();
        assertFalse(Files.exists(folder.getParent()));
        try (Stream<Path> files = Files.walk(dataDirectory.resolve("cluster-backup"))) {
            assertEquals(1, files.filter(file -> file.endsWith("workspaces/leftout/store/datastore.xml")).count());
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolveSibling("workspace.xml"), "<workspace><id>L</id></workspace>");
        ((Infos.Base) here.objects.get("W")).name = "w";
        replicate();
        Applying.run(true, () -> {
            ((Infos.Base) here.objects.get("W")).name = "leftout";
            replicate();
        });
        assertTrue(Files.exists(folder), "another node has made it, in the directory that both share");
    }

    @Test
    void removalOfWhatIsNotHereTellsNobody() {
        assertSame(Local.NOTHING, remove("catalog/workspace/none").local());
        assertEquals(List.of(), there.told);
    }

    @Test
    void whatIsStillNeededIsRemovedAfterWhatNeedsIt() {
        makeAll();
        replicate();
        for (String key : List.of("workspace/W", "style/S", "datastore/D", "featuretype/DF", "layer/LWMTSL")) {
            assertTrue(remove("catalog/" + key).problem().startsWith("It is still needed by"), key);
        }
        for (String key : List.of("layergroup/G", "layer/LDF", "featuretype/DF", "datastore/D")) {
            assertNull(remove("catalog/" + key).problem(), key);
        }
        assertNull(there.objects.get("D"));
    }

    /** GeoServer could not load it, perhaps: nobody removed it. */
    @Test
    void whatIsMissingThoughNobodyRemovedItIsNoRemoval() {
        make.workspace("W", "w");
        here.objects.clear();
        assertNull(editor.read("catalog/workspace/W"));
        here.remove(make.workspace("W", "w"));
        assertSame(Local.NOTHING, editor.read("catalog/workspace/W"));
    }

    /** Such as a store whose password it cannot decrypt, or a layer whose style is on a disk that is not there. */
    @Test
    void whatGeoServerCouldNotLoadAsItIsInItsFileIsNobodysEdit() throws IOException {
        makeAll();
        replicate();
        file("workspaces/w/data/datastore.xml", "<dataStore><id>D</id><enabled>true</enabled></dataStore>");
        ((Infos.Store) here.objects.get("D")).enabled = "false";
        String styles = "<styles><style><id>gone</id></style></styles>";
        file("workspaces/w/data/resource of D/layer.xml", "<layer><id>LDF</id>" + styles + "</layer>");
        ((Infos.Layer) here.objects.get("LDF")).styles.clear();
        file("workspaces/w/layergroups/group.xml", "<layerGroup><id>G</id>" + styles + "</layerGroup>");
        ((Infos.Group) here.objects.get("G")).styles.clear();
        Map<String, Content> told = snapshot(editor);
        List<String> damaged = List.of("catalog/datastore/D", "catalog/layer/LDF", "catalog/layergroup/G");
        damaged.forEach(key -> assertFalse(told.containsKey(key), key));
        assertTrue(told.containsKey("catalog/layer/LCC"));

        // where nobody has another one, it is better than none
        damaged.forEach(cluster::remove);
        assertTrue(snapshot(editor).keySet().containsAll(damaged));
    }

    /** GeoServer leaves a stand-in there, which says what the file says and is nothing. */
    @Test
    void aLayerWhoseStyleIsMissingIsMissingToo() {
        makeAll();
        replicate();
        here.objects.remove("S");
        Map<String, Content> told = snapshot(editor);
        assertFalse(told.containsKey("catalog/layer/LDF"));
        assertFalse(told.containsKey("catalog/layergroup/G"));
        assertTrue(told.containsKey("catalog/layer/LWMSL"), "the styles of a cascaded one are elsewhere");
        cluster.remove("catalog/style/S");
        assertTrue(snapshot(editor).containsKey("catalog/layer/LDF"), "nobody has it");
    }

    @Test
    void whatSomebodyWroteIntoTheFileIsAnEdit() throws IOException {
        makeAll();
        replicate();
        file("workspaces/w/data/datastore.xml", "<dataStore><id>D</id><enabled>false</enabled></dataStore>");
        ((Infos.Store) here.objects.get("D")).enabled = "false";
        file("workspaces/w/data/resource of D/layer.xml", "<layer><id>LDF</id></layer>");
        ((Infos.Layer) here.objects.get("LDF")).styles.clear();
        assertTrue(snapshot(editor).keySet().containsAll(List.of("catalog/datastore/D", "catalog/layer/LDF")));
    }

    /** GeoServer would write its password in clear; and what it cannot decrypt when it starts is no password. */
    @Test
    void aStoreWithoutItsPluginIsNeitherPutInPlaceNorTold() {
        makeAll();
        Content store = snapshot(editor).get("catalog/datastore/D");
        apply("catalog/workspace/W", snapshot(editor).get("catalog/workspace/W"));
        there.withPlugins = false;
        String problem = apply("catalog/datastore/D", store).problem();
        assertEquals(LoadDamage.withoutPlugin((Infos.Store) here.objects.get("D")), problem);
        assertNull(there.objects.get("D"));

        there.withPlugins = true;
        replicate();
        there.withPlugins = false;
        ((Infos.Store) there.objects.get("D")).connectionParameters.put("passwd", "crypt1:x");
        assertFalse(snapshot(replica).containsKey("catalog/datastore/D"));
        assertTrue(snapshot(replica).containsKey("catalog/coveragestore/C"));
    }

    private static void file(String path, String text) throws IOException {
        Path file = dataDirectory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void whatIsRefusedBeforeItIsCommittedIsNotTold() {
        there.add(make.object(new Infos.Workspace(), "W", "w"));
        there.addListener(new ReadOnlyGuard(there));
        changed.clear();
        WorkspaceInfo proxy = there.getWorkspace("W");
        proxy.setName("refused");
        assertThrows(CatalogException.class, () -> there.save(proxy));
        assertEquals(List.of(), changed);
    }

    /** What GeoServer itself sets while it applies is no edit. */
    @Test
    void whatIsAppliedIsNotToldAndWhatIsEditedMeanwhileIs() {
        Applying.run(() -> there.add(make.object(new Infos.Workspace(), "applied", "applied")));
        assertEquals(List.of(), changed);
        there.add(make.object(new Infos.Workspace(), "edited", "edited"));
        WorkspaceInfo proxy = there.getWorkspace("edited");
        proxy.setName("renamed");
        there.save(proxy);
        assertEquals(List.of("catalog/workspace/edited", "catalog/workspace/edited"), changed);
    }

    /** All that is here, in the order in which it is applied. */
    private void replicate() {
        List<Map.Entry<String, Content>> all = new ArrayList<>(snapshot(editor).entrySet());
        all.sort((a, b) -> Integer.compare(replica.order(a.getKey()), replica.order(b.getKey())));
        all.forEach(entry -> {
            assertNull(apply(entry.getKey(), entry.getValue()).problem(), entry.getKey());
            cluster.put(entry.getKey(), entry.getValue());
        });
    }

    private Applied apply(String key, Content content) {
        Pending pending = pending(key, content);
        Applied[] applied = new Applied[1];
        Applying.run(() -> applied[0] = replica.apply(pending));
        return applied[0];
    }

    private static Pending pending(String key, Content content) {
        return new Pending(key, 1, content, -1, "node", false, 0);
    }

    private Applied remove(String key) {
        return apply(key, null);
    }

    private static Map<String, Content> snapshot(CatalogPart part) {
        return ObjectsTold.by(part::snapshot);
    }

    private static String text(Content content) {
        return new String(content.bytes(), StandardCharsets.UTF_8);
    }
}
