// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.GeoServerInfo;
import org.geoserver.config.ConfigurationListenerAdapter;
import org.geoserver.config.UpdateSequenceListener;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Contents;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.ObjectsTold;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.UpdateSequence;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.platform.GeoServerExtensions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.StaticApplicationContext;

/** Two nodes: what is edited on one is read there and applied on the other. */
class ConfigPartTest {
    @TempDir
    File directory;

    private static final long STARTED = 1_000_000;

    private final List<String> changed = new ArrayList<>();
    private final Map<String, Content> cluster = new HashMap<>();
    private final StaticApplicationContext context = new StaticApplicationContext();
    private FakeGeoServer here;
    private FakeGeoServer there;
    private ConfigPart editor;
    private ConfigPart replica;

    @BeforeEach
    void start() {
        context.getBeanFactory().registerSingleton("wmsLoader", FakeGeoServer.wmsLoader());
        new GeoServerExtensions().setApplicationContext(context);
        here = new FakeGeoServer(directory);
        there = new FakeGeoServer(directory);
        editor = part(here, new Same(), null);
        replica = part(there, new Same(), null);
        replica.start(changed::add);
    }

    @AfterEach
    void stop() {
        new GeoServerExtensions().setApplicationContext(null);
    }

    // global: A.30, A.31 of docs/peer-defects.md

    @Test
    void partsOfTheGlobalConfigurationAreChangedInPlaceAndWhatIsNotThereIsUnset() {
        here.global.getSettings().getContact().setContactPerson("Ada");
        here.global.setGlobalServices(null);
        there.global.getSettings().setTitle("to be unset");
        there.global.getMetadata().put("old", "to be removed");
        here.global.getMetadata().put("new", "1");
        Object settings = there.global.getSettings();
        Object contact = there.global.getSettings().getContact();
        Object metadata = there.global.getMetadata();

        apply("config/global");

        assertSame(settings, there.global.getSettings());
        assertSame(contact, there.global.getSettings().getContact());
        assertSame(metadata, there.global.getMetadata());
        assertEquals("Ada", there.global.getSettings().getContact().getContactPerson());
        assertNull(there.global.getSettings().getTitle());
        assertNull(there.global.isGlobalServices());
        assertEquals(Map.of("new", "1"), there.global.getMetadata());
        assertEquals(4, there.global.getSettings().getNumDecimals());
        assertEquals(List.of("settings", "globalServices", "metadata").stream().sorted().toList(), there.globalSaves.get(0)
                .stream().sorted().toList());
    }

    @Test
    void aMetadataMapThatIsEmptiedIsEmptied() {
        there.global.getMetadata().put("old", "1");
        apply("config/global");
        assertEquals(Map.of(), there.global.getMetadata());
        here.global.setMetadata(null);
        assertEquals(1, there.saves);
        apply("config/global");
        assertEquals(1, there.saves, "none and empty are the same");
    }

    @Test
    void whatStaysPerNodeStays() {
        here.global.getSettings().setProxyBaseUrl("http://here");
        here.global.setLockProviderName("hereLocks");
        here.global.getCoverageAccess().setMaxPoolSize(99);
        here.global.getSettings().setTitle("new");
        there.global.getSettings().setProxyBaseUrl("http://there");
        there.global.setLockProviderName("thereLocks");
        String form = text(editor.read("config/global"));
        assertFalse(form.contains("http://here") || form.contains("hereLocks") || form.contains("99"), form);

        apply("config/global");

        assertEquals("new", there.global.getSettings().getTitle());
        assertEquals("http://there", there.global.getSettings().getProxyBaseUrl());
        assertEquals("thereLocks", there.global.getLockProviderName());
        assertEquals(5, there.global.getCoverageAccess().getMaxPoolSize());
        assertArrayEquals(bytes(editor.read("config/global")), bytes(replica.read("config/global")));
    }

    @Test
    void theListOfWhatStaysPerNodeCanBeChanged() {
        replica = part(there, new Same(), " -coverageAccess, settings.numDecimals,");
        editor = part(here, new Same(), "-coverageAccess,settings.numDecimals");
        here.global.getCoverageAccess().setMaxPoolSize(9);
        here.global.getSettings().setNumDecimals(9);
        TestConfig.CoverageAccess access = there.global.getCoverageAccess();

        apply("config/global");

        assertEquals(4, there.global.getSettings().getNumDecimals());
        assertEquals(9, there.global.getCoverageAccess().getMaxPoolSize());
        assertSame(access, there.global.getCoverageAccess(), "its running pool would be lost");
        assertEquals(List.of("coverageAccess"), there.globalSaves.get(0), "GeoServer must hear of it");
    }

    @Test
    void theUpdateSequenceNeverGoesBackAndIsNoDifference() {
        here.global.setUpdateSequence(7);
        there.global.setUpdateSequence(9);
        assertArrayEquals(bytes(editor.read("config/global")), bytes(replica.read("config/global")));
        here.global.getSettings().setTitle("new");
        apply("config/global");
        assertEquals(9, there.global.getUpdateSequence());
        here.global.setUpdateSequence(20);
        here.global.getSettings().setTitle("newer");
        apply("config/global");
        assertEquals(20, there.global.getUpdateSequence());
    }

    @Test
    void changesOfOthersAreCountedOnceAndAfterTheyAreSeen() {
        new UpdateSequenceListener(there.geoServer());
        replica = part(there, new Same(), null);
        replica.start(key -> {});
        here.services.add(wms("1", null, "new"));
        there.services.add(wms("1", null, "old"));
        here.global.getSettings().setTitle("new");
        Applying.run(() -> {
            apply("config/global");
            apply("config/service/_/wms");
        });
        assertEquals(0, there.global.getUpdateSequence());
        assertEquals("new", there.global.getSettings().getTitle());
        Applying.run(replica::settle);
        assertEquals(1, there.global.getUpdateSequence());
        Applying.run(replica::settle);
        assertEquals(1, there.global.getUpdateSequence(), "counting is counted no more");

        there.geoServer().save(there.geoServer().getGlobal());
        assertEquals(2, there.global.getUpdateSequence(), "an edit here is counted at once");
    }

    @Test
    void whatIsAlreadySoIsNotSavedAgain() {
        here.global.getSettings().setTitle("new");
        Content content = editor.read("config/global").content();
        for (int i = 0; i < 3; i++) {
            assertNull(apply("config/global", content).problem());
        }
        assertEquals(1, there.saves);
    }

    // events: A.12, A.31, B.7, B.8, B.13

    @Test
    void countingTheUpdateSequenceIsNoChange() {
        there.counting = true;
        there.count();
        assertEquals(List.of(), changed);
        TestConfig.Global global = (TestConfig.Global) there.geoServer().getGlobal();
        global.setLockProviderName("other");
        there.geoServer().save((GeoServerInfo) global);
        assertEquals(List.of("config/global"), changed);
        assertEquals(2, there.global.getUpdateSequence());
        there.count();
        assertEquals(List.of("config/global"), changed);
    }

    @Test
    void everyEventIsTold() {
        TestConfig.Workspace workspace = there.workspace("W", "ne");
        TestConfig.SettingsBean settings = new TestConfig.SettingsBean();
        settings.setWorkspace(workspace);
        there.geoServer().save(there.getLogging());
        there.geoServer().add(settings);
        there.geoServer().save(there.getSettings(workspace));
        there.geoServer().remove(there.getSettings(workspace));
        TestConfig.WmsBean wms = new TestConfig.WmsBean();
        there.geoServer().add(wms);
        there.geoServer().save(there.getService(null, TestConfig.Wms.class));
        TestConfig.WmsBean own = new TestConfig.WmsBean();
        own.setWorkspace(workspace);
        there.geoServer().add(own);
        there.geoServer().remove(own);
        assertEquals(
                List.of(
                        "config/logging",
                        "config/settings/W",
                        "config/settings/W",
                        "config/settings/W",
                        "config/service/_/wms",
                        "config/service/_/wms",
                        "config/service/W/wms",
                        "config/service/W/wms"),
                changed);
    }

    @Test
    void whatIsAppliedIsNotTold() {
        here.logging.setLevel("VERBOSE_LOGGING");
        Content content = editor.read("config/logging").content();
        Applying.run(() -> apply("config/logging", content));
        assertEquals("VERBOSE_LOGGING", there.logging.getLevel());
        assertEquals(List.of(), changed);
        assertFalse(Applying.here());
    }

    @Test
    void aWorkspaceTakesItsSettingsAndServicesWithIt() {
        TestConfig.Workspace workspace = there.workspace("W", "ne");
        TestConfig.SettingsBean settings = new TestConfig.SettingsBean();
        settings.setWorkspace(workspace);
        there.settings.add(settings);
        TestConfig.WmsBean wms = new TestConfig.WmsBean();
        wms.setWorkspace(workspace);
        there.services.add(wms);
        there.remove(workspace);
        assertEquals(List.of("config/settings/W", "config/service/W/wms"), changed);
        changed.forEach(key -> assertSame(Local.NOTHING, replica.read(key)));
    }

    // logging: level and console only

    @Test
    void theLogStaysWhereItIs() {
        here.logging.setLevel("VERBOSE_LOGGING");
        here.logging.setLocation("/data/of/here/geoserver.log");
        apply("config/logging");
        assertEquals("VERBOSE_LOGGING", there.logging.getLevel());
        assertEquals("logs/geoserver.log", there.logging.getLocation());
    }

    // services: A.32, A.33, B.7

    @Test
    void aServiceIsKnownByItsKindNotByItsIdAndThereIsNeverASecondOne() {
        here.services.add(wms("id-1", null, "title"));
        there.services.add(wms("id-2", null, "old"));
        ServiceState before = new ServiceState(there);
        apply("config/service/_/wms");
        assertEquals(1, there.services.size());
        assertSame(before.service, there.services.get(0));
        assertEquals("title", ((TestConfig.Wms) before.service).getTitle());
        assertEquals("id-2", before.service.getId());
        assertArrayEquals(bytes(editor.read("config/service/_/wms")), bytes(replica.read("config/service/_/wms")));
    }

    /** REST sets all that is not set, to what GeoServer assumes; in the other nodes' answers it was missing. */
    @Test
    void aNumberThatIsNotSetIsNotTakenForOneThatIsSetToWhatIsAssumed() {
        TestConfig.WmsBean stored = wms("id-1", null, "title");
        stored.setRemoteStyleTimeout(30_000);
        here.services.add(stored);
        there.services.add(wms("id-2", null, "title"));
        apply("config/service/_/wms");
        assertArrayEquals(bytes(editor.read("config/service/_/wms")), bytes(replica.read("config/service/_/wms")));
        stored.forgetRemoteStyleTimeout();
        apply("config/service/_/wms");
        assertArrayEquals(bytes(editor.read("config/service/_/wms")), bytes(replica.read("config/service/_/wms")));
    }

    @Test
    void whatAGetterSaysOfNothingIsNotTakenForWhatIsStored() {
        TestConfig.WmsBean stored = wms("id-1", null, "title");
        stored.setBBOXForEachCRS(false);
        here.services.add(stored);
        there.services.add(wms("id-2", null, "title"));
        apply("config/service/_/wms");
        assertArrayEquals(bytes(editor.read("config/service/_/wms")), bytes(replica.read("config/service/_/wms")));
        stored.setBBOXForEachCRS(null);
        apply("config/service/_/wms");
        assertArrayEquals(bytes(editor.read("config/service/_/wms")), bytes(replica.read("config/service/_/wms")));
    }

    @Test
    void aModificationOfAServiceThatIsNotThereIsAnAddition() {
        TestConfig.Workspace live = there.workspace("W", "ne");
        here.services.add(wms("id-1", here.workspace("W", "ne"), "title"));
        apply("config/service/W/wms");
        TestConfig.WmsBean added = (TestConfig.WmsBean) there.services.get(0);
        assertSame(live, added.getWorkspace(), "through a copy a rename would not be seen");
        assertNull(added.getId(), "GeoServer gives it one of its own");
    }

    @Test
    void removalOfAServiceIsIdempotentAndSparesTheGlobalOnes() {
        there.services.add(wms("1", null, "global"));
        there.services.add(wms("2", there.workspace("W", "ne"), "own"));
        remove("config/service/W/wms");
        remove("config/service/W/wms");
        remove("config/service/gone/wms");
        assertEquals(1, there.services.size());
        assertSame(there.services.get(0), ModificationProxy.unwrap(there.getService(null, TestConfig.Wms.class)));
        replica.apply(new Pending("config/service/_/wms", 1, null, -1, "n", false, 0));
        assertEquals(1, there.services.size());
    }

    @Test
    void whatIsMissingThoughNobodyRemovedItIsNoRemoval() {
        here.workspace("W", "ne");
        assertNull(editor.read("config/service/W/wms"));
        assertNull(editor.read("config/settings/W"));
        assertNull(editor.read("config/settings/gone"));
    }

    // a shared data directory: A.46

    @Test
    void whatAnotherNodeWroteIntoTheSameDirectoryOnlyChangesMemory() {
        here.global.getSettings().setTitle("new");
        there.counting = true;
        Content content = editor.read("config/global").content();
        here.services.add(wms("1", here.workspace("W", "ne"), "own"));
        there.workspace("W", "ne");
        Content service = editor.read("config/service/W/wms").content();
        Set<String> touched = Applying.run(true, () -> {
            apply("config/global", content);
            apply("config/service/W/wms", service);
        });
        assertEquals("new", there.global.getSettings().getTitle());
        assertEquals(1, there.services.size());
        assertEquals(0, there.saves, "GeoServer's listeners that write would have been told");
        assertEquals(Set.of("config/global", "config/service/W/wms"), touched, "others are told");
        assertEquals(List.of(), changed);
    }

    @Test
    void aListenerThatFailsKeepsNothingFromTheOthers() {
        there.listeners.add(0, new ConfigurationListenerAdapter() {
            @Override
            public void handlePostGlobalChange(GeoServerInfo global) {
                throw new IllegalStateException("of an extension");
            }
        });
        here.global.getSettings().setTitle("new");
        Content content = editor.read("config/global").content();
        assertEquals(Set.of("config/global"), Applying.run(true, () -> assertNull(apply("config/global", content).problem())));
    }

    @Test
    void whileGeoServerLoadsItsServicesTheirAbsenceIsNoRemoval() {
        there.services.add(wms("1", null, "global"));
        there.remove(there.services.get(0));
        assertEquals(List.of("config/service/_/wms"), changed);
        assertNull(replica.read("config/service/_/wms"));
    }

    @Test
    void aServiceOfAnExtensionThatIsNotHereStaysPending() {
        Applied applied = replica.apply(pending("config/service/_/exotic", new Content(utf8("<exotic/>"), 0)));
        assertTrue(applied.problem().contains("no extension for the service exotic"), applied.problem());
    }

    // settings: A.34, B.7

    /** The entry of one that gave way stays, so it would be waited for for ever when the one that stands is removed. */
    @Test
    void settingsNeedTheWorkspaceThatStandsForTheirs() {
        ConfigPart part = part(there, new Same() {
            @Override
            public String toCluster(String id) {
                return id.equals("W") ? "stands" : id;
            }
        }, null);
        Applied applied = part.apply(pending("config/settings/W", new Content(utf8("<settings/>"), 0)));
        assertEquals(List.of("catalog/workspace/stands"), applied.needs());
    }

    @Test
    void settingsWaitForTheirWorkspaceAndAreAddedOrChanged() {
        TestConfig.SettingsBean settings = new TestConfig.SettingsBean();
        settings.setId("S1");
        settings.setTitle("first");
        settings.setProxyBaseUrl("http://here");
        settings.setWorkspace(here.workspace("W", "ne"));
        here.settings.add(settings);
        Content content = editor.read("config/settings/W").content();

        assertTrue(apply("config/settings/W", content).problem().contains("workspace is not here yet"));
        TestConfig.Workspace live = there.workspace("W", "ne");
        assertNull(apply("config/settings/W", content).problem());
        TestConfig.SettingsBean added = there.settings.get(0);
        assertSame(live, added.getWorkspace());
        assertEquals("first", added.getTitle());
        assertNull(added.getProxyBaseUrl());

        settings.setTitle("second");
        apply("config/settings/W");
        assertSame(added, there.settings.get(0));
        assertEquals("second", added.getTitle());
        remove("config/settings/W");
        remove("config/settings/W");
        assertEquals(List.of(), there.settings);
    }

    @Test
    void aWorkspaceThatHasAnotherIdHereIsFound() {
        replica = part(there, new Same() {
            @Override
            public String toLocal(String clusterId) {
                return clusterId.equals("W") ? "W-there" : clusterId;
            }

            @Override
            public String toCluster(String localId) {
                return localId.equals("W-there") ? "W" : localId;
            }
        }, null);
        there.workspace("W-there", "ne");
        TestConfig.SettingsBean settings = new TestConfig.SettingsBean();
        settings.setWorkspace(here.workspace("W", "ne"));
        here.settings.add(settings);
        here.services.add(wms("1", here.workspaces.get(0), "title"));
        apply("config/settings/W");
        apply("config/service/W/wms");
        assertEquals("W-there", there.settings.get(0).getWorkspace().getId());
        assertEquals("W-there", there.services.get(0).getWorkspace().getId());
        assertEquals(snapshot(editor).keySet(), snapshot(replica).keySet());
        snapshot(editor).forEach((key, content) -> assertArrayEquals(content.bytes(), snapshot(replica).get(key).bytes(), key));
    }

    @Test
    void aSnapshotIsAllThatIsHere() {
        here.services.add(wms("1", null, "global"));
        here.services.add(wms("2", here.workspace("W", "ne"), "own"));
        assertEquals(
                List.of("config/global", "config/logging", "config/service/W/wms", "config/service/_/wms"),
                List.copyOf(snapshot(editor).keySet()));
    }

    /** By an edit on an older one the newer ones would lose it. */
    @Test
    void whatANewerNodeAddedStaysInWhatIsTold() {
        here.services.add(wms("1", null, "first"));
        apply("config/service/_/wms");
        for (String key : List.of("config/global", "config/logging", "config/service/_/wms")) {
            String newer = text(editor.read(key)).replaceFirst("\n", "\n  <future>\n    <x>1</x>\n  </future>\n");
            cluster.put(key, new Content(utf8(newer), 1));
            assertEquals(newer, new String(apply(key, cluster.get(key)).local().content().bytes(), StandardCharsets.UTF_8));
        }
        ((TestConfig.WmsBean) there.services.get(0)).setTitle("edited");
        String edited = text(replica.read("config/service/_/wms"));
        assertTrue(edited.contains("edited") && edited.contains("<future>"), edited);
    }

    /** It could not read the file, or the data directory was not there: its defaults are not what somebody wants on all nodes. */
    @Test
    void whatGeoServerWroteAnewWhenItStartedIsNobodysEdit() throws IOException {
        cluster.putAll(snapshot(editor));
        there.global.getSettings().setTitle("default");
        File file = new File(directory, "global.xml");
        Files.writeString(file.toPath(), "<global/>");
        assertTrue(file.setLastModified(STARTED + 1000));
        assertEquals(Set.of("config/logging"), snapshot(replica).keySet());

        there.global.getSettings().setTitle("edited since");
        assertTrue(snapshot(replica).containsKey("config/global"), "all was compared");
    }

    @Test
    void whatWasEditedBeforeAllWasComparedIsAnEdit() throws IOException {
        cluster.putAll(snapshot(editor));
        File file = new File(directory, "global.xml");
        Files.writeString(file.toPath(), "<global/>");
        there.global.getSettings().setTitle("edited");
        there.geoServer().save(there.geoServer().getGlobal());
        assertEquals(List.of("config/global"), changed);
        assertTrue(snapshot(replica).containsKey("config/global"));
    }

    @Test
    void whatWasEditedInTheFileWhileGeoServerWasDownIsAnEdit() throws IOException {
        cluster.putAll(snapshot(editor));
        there.global.getSettings().setTitle("edited");
        File file = new File(directory, "global.xml");
        Files.writeString(file.toPath(), "<global/>");
        assertTrue(file.setLastModified(STARTED - 1000));
        assertTrue(snapshot(replica).containsKey("config/global"));
    }

    @Test
    void whatCannotBeReadIsAProblemAndChangesNothing() {
        assertTrue(replica.apply(pending("config/global", new Content(utf8("<global>"), 0))).problem().contains("line"));
        assertTrue(replica.apply(pending("config/future/x", new Content(utf8("<x/>"), 0))).problem().contains("newer version"));
        assertEquals(0, there.saves);
    }

    private ConfigPart part(FakeGeoServer node, Ids ids, String nodeLocal) {
        UpdateSequence sequence = new UpdateSequence(node.catalog(), node.geoServer());
        return new ConfigPart(
                node.geoServer(),
                node.catalog(),
                FakeGeoServer.persisters(),
                ids,
                sequence,
                Contents.of(cluster),
                nodeLocal,
                STARTED);
    }

    private void apply(String key) {
        assertNull(apply(key, editor.read(key).content()).problem());
    }

    private Applied apply(String key, Content content) {
        return replica.apply(pending(key, content));
    }

    private void remove(String key) {
        assertSame(Local.NOTHING, replica.apply(new Pending(key, 1, null, -1, "n", false, 0)).local());
    }

    private static Pending pending(String key, Content content) {
        return new Pending(key, 1, content, -1, "node", false, 0);
    }

    private static TestConfig.WmsBean wms(String id, TestConfig.Workspace workspace, String title) {
        TestConfig.WmsBean wms = new TestConfig.WmsBean();
        wms.setId(id);
        wms.setWorkspace(workspace);
        wms.setTitle(title);
        wms.setKeywords(new ArrayList<>(List.of("a", "b")));
        return wms;
    }

    private static Map<String, Content> snapshot(ConfigPart part) {
        return ObjectsTold.by(part::snapshot);
    }

    private static byte[] bytes(Local local) {
        return local.content().bytes();
    }

    private static String text(Local local) {
        return new String(bytes(local), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record ServiceState(org.geoserver.config.ServiceInfo service) {
        ServiceState(FakeGeoServer node) {
            this(node.services.get(0));
        }
    }

    private static class Same implements Ids {
        @Override
        public String toCluster(String localId) {
            return localId;
        }

        @Override
        public String toLocal(String clusterId) {
            return clusterId;
        }
    }
}
