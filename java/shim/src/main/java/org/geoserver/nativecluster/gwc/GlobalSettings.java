// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geoserver.gwc.GWC;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.xml.CanonicalXml;
import org.geoserver.nativecluster.xml.Dom;
import org.geoserver.nativecluster.xml.XmlException;
import org.w3c.dom.Element;

/** The global settings of the tile cache: which services there are, and what new layers begin with. */
final class GlobalSettings implements Family {
    static final String FILE = "gwc-gs.xml";

    static final String KEY = "gwc/global";
    private static final String ROOT = "GeoServerGWCConfig";

    /** What a node can bear, how it locks, and, of GeoServer 2.28 and before, what it keeps in memory. */
    private static final List<String> PER_NODE = List.of(
            "version", "lockProviderName", "metaTilingThreads", "innerCachingEnabled", "enabledPersistence",
            "cacheProviderClass", "cacheConfigurations");

    private final Folder folder;
    private final Supplier<GWC> gwc;
    private final Scratch scratch;

    /** @param folder the data directory */
    GlobalSettings(Folder folder, Supplier<GWC> gwc, Scratch scratch) {
        this.folder = folder;
        this.gwc = gwc;
        this.scratch = scratch;
    }

    @Override
    public boolean has(String key) {
        return key.equals(KEY);
    }

    /** Before layers, because it says whether a layer that is new here gets tiles. */
    @Override
    public int order() {
        return 90;
    }

    @Override
    public void start(Consumer<String> changed) {
        folder.start(name -> changed.accept(KEY));
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        Local local = read(KEY);
        if (local != null) {
            snapshot.object(KEY, local.content());
        }
    }

    /** GeoServer writes the file when it starts; one that is missing says nothing. */
    @Override
    public Local read(String key) {
        byte[] xml = folder.read(FILE);
        try {
            return xml == null ? null : Local.of(content(xml));
        } catch (XmlException e) {
            return null;
        }
    }

    private Content content(byte[] xml) throws XmlException {
        return new Content(CanonicalXml.canonical(xml, id -> id, PER_NODE).bytes(), folder.modified(FILE));
    }

    /** Whether it does is found out under the lock, where GeoServer can be made to read the file. */
    @Override
    public boolean isBehind(String key) {
        return true;
    }

    @Override
    public String follow() {
        try {
            byte[] xml = folder.read(FILE);
            return xml == null ? null : follow(xml);
        } catch (IOException e) {
            return "The global settings of the tile cache cannot be read: " + e;
        }
    }

    private String follow(byte[] xml) throws IOException {
        String problem = problem(xml);
        if (problem == null) {
            GWCConfig says = scratch.global(xml);
            if (!says.equals(gwc.get().getConfig())) {
                gwc.get().saveConfig(says);
            }
        }
        return problem;
    }

    /** Why these are no settings, or null: GeoServer would take defaults for them. */
    private static String problem(byte[] xml) {
        try {
            String root = Dom.parse(xml).getTagName();
            return root.equals(ROOT) ? null : "These are no global settings of a tile cache, but " + root;
        } catch (XmlException e) {
            return "The global settings of the tile cache are no XML: " + e.getMessage();
        }
    }

    @Override
    public Applied apply(Pending pending) {
        if (pending.isRemoval()) {
            return Applied.not("The global settings of the tile cache cannot be removed");
        }
        try {
            String problem = problem(pending.content().bytes());
            byte[] own = folder.read(FILE);
            if (problem == null && own != null && Applying.inMemoryOnly()) {
                // another edit may have followed already, and is told next
                problem = follow(own);
                return problem == null ? Applied.as(Local.of(content(own))) : Applied.not(problem);
            }
            if (problem != null) {
                return Applied.not(problem);
            }
            Element root = Dom.parse(pending.content().bytes());
            if (own != null) {
                Element mine = Dom.parse(own);
                for (String name : PER_NODE) {
                    Element kept = Dom.child(mine, name);
                    if (kept != null) {
                        root.appendChild(root.getOwnerDocument().importNode(kept, true));
                    }
                }
            }
            gwc.get().saveConfig(scratch.global(Dom.write(root)));
            return Applied.as(read(KEY));
        } catch (IOException e) {
            return Applied.not("The global settings of the tile cache cannot be stored: " + e);
        } catch (XmlException e) {
            return Applied.not("The global settings of the tile cache are no XML: " + e.getMessage());
        }
    }
}
