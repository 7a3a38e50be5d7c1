// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.files.DataDirectory.Look;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geotools.util.logging.Logging;

/**
 * Tells which shared files were changed, when they are whole. Somebody may be writing one right now: it is told when it
 * looks the same twice, and again if it changes after that. A file that is missing is told as removed when it was there
 * before and is still missing after a while: programs remove a file before they write it anew.
 *
 * <p>The operating system's notifications tell where to look. They can be lost, refused, and are never given of what
 * another host does on a network file system; so all is looked at from time to time too.
 */
public final class FileChanges {
    /** Notifications are given when a file was closed; longer would delay every edit. */
    static final long QUIET_MILLIS = 1;

    /** The longest time between two looks at a file that is being written. */
    static final long MAX_QUIET_MILLIS = 1000;

    /** GeoServer makes a file empty before it writes it. */
    static final long EMPTY_MILLIS = 1000;

    /** A large file takes long to read: it is not read for every pause of who writes it. */
    static final long LARGE_BYTES = 16L << 20;

    /** An editor that removes a file to write it anew takes less. */
    static final long MISSING_MILLIS = 200;

    /** How often all is looked at while there are notifications, and while there are none. */
    static final long SCAN_MILLIS = 60_000;

    static final long SCAN_WITHOUT_NOTIFICATIONS_MILLIS = 5_000;

    /** Looking at all takes at most this share of one processor: one in ... */
    private static final long SCAN_SHARE = 50;

    private static final Logger LOGGER = Logging.getLogger(FileChanges.class);

    private final DataDirectory data;
    private final FileWatch watch;
    private final Later later;
    private final ConfigurationGate gate;

    /** What the system says of, until it is looked at. */
    private final Set<String> noted = new LinkedHashSet<>();

    /** What was told or applied last, by path. */
    private final ConcurrentSkipListMap<String, Look> known = new ConcurrentSkipListMap<>();

    /** What was told as removed. */
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    /** What is being looked at, by path. */
    private final Set<String> looking = ConcurrentHashMap.newKeySet();

    private volatile Consumer<String> changed = path -> {};
    private volatile boolean notified = true;

    public FileChanges(DataDirectory data, FileWatch watch, Later later, ConfigurationGate gate) {
        this.data = data;
        this.watch = watch;
        this.later = later;
        this.gate = gate;
    }

    /**
     * Begins to watch; {@code changed} is called with paths, by any thread. Thousands of folders take seconds, for which
     * GeoServer's start does not wait: what somebody changes in them meanwhile is found when all is looked at.
     */
    public void start(Consumer<String> changed) {
        this.changed = changed;
        later.after(0, this::watch);
    }

    private void watch() {
        ClusterException refused = null;
        for (String root : data.paths().roots()) {
            try {
                watch.watch(data.file(root), data.paths().excluded(), below -> seen(root, below));
            } catch (ClusterException e) {
                refused = e;
            }
        }
        if (refused != null) {
            notified = false;
            LOGGER.warning("Changes of shared files are noticed by looking at all of them every "
                    + SCAN_WITHOUT_NOTIFICATIONS_MILLIS / 1000 + " seconds, and not at once: " + refused.getMessage());
        }
        later.after(interval(0), this::scan);
    }

    /** What is there now is what others are told by somebody else, or have told. */
    public void know(String path, Look look) {
        if (look == null) {
            known.remove(path);
        } else {
            known.put(path, look);
        }
    }

    /** Whether a file was told to be removed, and not asked about since. */
    boolean wasRemoved(String path) {
        return removed.remove(path);
    }

    /** Whether a file, or that there is none, is as it was when it was told or applied last. */
    boolean isKnown(String path, Look look) {
        return Objects.equals(look, known.get(path));
    }

    /** Something may have happened to files or folders. */
    void note(Collection<String> paths) {
        Map<String, Look> looks = new HashMap<>();
        for (String path : paths) {
            Look look = data.paths().contains(path) ? data.look(path) : null;
            if ((look != null || wasShared(path)) && looking.add(path)) {
                looks.put(path, look);
            }
        }
        lookAgain(looks, QUIET_MILLIS);
    }

    /** It, or what is in it if it is a folder. Most is asked about what programs write beside a file and rename to it. */
    private boolean wasShared(String path) {
        return known.containsKey(path) || !below(path).isEmpty();
    }

    /** What is known in a folder. */
    private NavigableMap<String, Look> below(String folder) {
        return folder.isEmpty() ? known : known.subMap(folder + "/", false, folder + "0", false);
    }

    private void seen(String root, List<String> below) {
        if (below.isEmpty()) {
            later.after(0, this::compareAll);
            return;
        }
        boolean first;
        synchronized (noted) {
            first = noted.isEmpty();
            below.forEach(path -> noted.add(root.isEmpty() ? path : path.isEmpty() ? root : root + "/" + path));
        }
        if (first) {
            later.after(0, this::lookAtNoted);
        }
    }

    /**
     * An edit of one layer may write the settings of a hundred groups that show it. They are looked at together, and when it is
     * over: what is found is published after it anyway.
     */
    private void lookAtNoted() {
        try {
            gate.letAnswer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            List<String> paths;
            synchronized (noted) {
                paths = List.copyOf(noted);
                noted.clear();
            }
            note(paths);
        }
    }

    /** When what was written has come to rest. */
    private void lookAgain(Map<String, Look> looks, long quiet) {
        Map<Long, Map<String, Look>> byWait = new TreeMap<>();
        looks.forEach((path, look) ->
                byWait.computeIfAbsent(wait(path, look, quiet), any -> new HashMap<>()).put(path, look));
        byWait.forEach((wait, some) -> later.after(wait, () -> compare(some, quiet)));
    }

    private long wait(String path, Look look, long quiet) {
        if (look == null) {
            return data.isFolder(path) ? 0 : MISSING_MILLIS;
        }
        if (look.size() == 0) {
            return EMPTY_MILLIS;
        }
        return look.size() < LARGE_BYTES ? quiet : MAX_QUIET_MILLIS;
    }

    private void compare(Map<String, Look> looks, long quiet) {
        // first, so that whatever happens after the next line is looked at anew
        looking.removeAll(looks.keySet());
        Map<String, Look> changing = new HashMap<>();
        looks.forEach((path, before) -> {
            Look now = data.look(path);
            if (!Objects.equals(now, before)) {
                if (looking.add(path)) {
                    changing.put(path, now);
                }
            } else if (now != null) {
                tell(path, now);
            } else if (data.isFolder(path)) {
                noteAll(path, true);
            } else if (data.isGone(path)) {
                removed(path);
            }
        });
        lookAgain(changing, Math.min(2 * quiet, MAX_QUIET_MILLIS));
    }

    private void tell(String path, Look look) {
        boolean justApplied = look.size() >= LARGE_BYTES && look.equals(known.get(path));
        if (data.isShared(path) && !justApplied) {
            known.put(path, look);
            removed.remove(path);
            changed.accept(path);
        }
    }

    private void removed(String path) {
        Look look = known.get(path);
        if (look != null) {
            removed.add(path);
            changed.accept(path);
            // last: until it is told, nobody else's version is put in its place
            known.remove(path, look);
        }
        note(List.copyOf(below(path).keySet()));
    }

    private void scan() {
        long start = later.now();
        try {
            compareAll();
        } finally {
            later.after(interval(later.now() - start), this::scan);
        }
    }

    private long interval(long lastMillis) {
        return Math.max(notified ? SCAN_MILLIS : SCAN_WITHOUT_NOTIFICATIONS_MILLIS, SCAN_SHARE * lastMillis);
    }

    private void compareAll() {
        data.paths().roots().forEach(root -> noteAll(root, false));
    }

    /** Notes what differs from what is known below a folder; or every file there, if all of them may be new. */
    private void noteAll(String folder, boolean every) {
        TreeMap<String, Look> found;
        try {
            found = data.walk(folder);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Changed files cannot be looked for in " + data.file(folder), e);
            return;
        }
        List<String> noted = new ArrayList<>();
        found.forEach((path, look) -> {
            if (every || !look.equals(known.get(path))) {
                noted.add(path);
            }
        });
        for (String path : below(folder).keySet()) {
            if (!found.containsKey(path)) {
                noted.add(path);
            }
        }
        note(noted);
    }
}
