// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.IOException;
import java.util.function.Consumer;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.config.GeoServer;
import org.geoserver.config.SettingsInfo;

/** Settings of workspaces, by the workspace: their own ids are nobody's. */
final class SettingsSection implements Section {
    private static final String PREFIX = "config/settings/";

    private final GeoServer geoServer;
    private final Saving saving;
    private final Workspaces workspaces;
    private final Xml xml;

    SettingsSection(GeoServer geoServer, Workspaces workspaces, Xml xml) {
        this.geoServer = geoServer;
        this.saving = new Saving(geoServer);
        this.workspaces = workspaces;
        this.xml = xml;
    }

    String key(WorkspaceInfo workspace) {
        return PREFIX + workspaces.clusterId(workspace);
    }

    boolean isThere(WorkspaceInfo workspace) {
        return geoServer.getSettings(workspace) != null;
    }

    @Override
    public boolean has(String key) {
        return key.startsWith(PREFIX);
    }

    @Override
    public void keys(Consumer<String> each) {
        for (WorkspaceInfo workspace : workspaces.all()) {
            if (isThere(workspace)) {
                each.accept(key(workspace));
            }
        }
    }

    @Override
    public byte[] xml(String key) throws IOException {
        SettingsInfo settings = settings(key);
        return settings == null ? null : xml.write(settings);
    }

    @Override
    public byte[] reread(String key, byte[] bytes) throws IOException {
        return xml.write(xml.read(bytes, SettingsInfo.class));
    }

    @Override
    public String file(String key) {
        WorkspaceInfo workspace = workspaces.byClusterId(workspaceId(key));
        return workspace == null ? null : "workspaces/" + workspace.getName() + "/settings.xml";
    }

    @Override
    public void put(String key, byte[] bytes) throws IOException {
        WorkspaceInfo workspace = workspaces.live(workspaceId(key));
        SettingsInfo theirs = xml.read(bytes, SettingsInfo.class);
        SettingsInfo ours = geoServer.getSettings(workspace);
        if (ours == null) {
            Beans.complete(theirs);
            theirs.setWorkspace(workspace);
            saving.add(theirs);
        } else {
            Beans.copy(theirs, ours);
            saving.save(ours);
        }
    }

    @Override
    public void remove(String key) {
        SettingsInfo settings = settings(key);
        if (settings != null) {
            saving.remove(settings);
        }
    }

    private SettingsInfo settings(String key) {
        WorkspaceInfo workspace = workspaces.byClusterId(workspaceId(key));
        return workspace == null ? null : geoServer.getSettings(workspace);
    }

    private static String workspaceId(String key) {
        return key.substring(PREFIX.length());
    }
}
