// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.security.SecurityFiles.Reading;
import org.geoserver.security.GeoServerSecurityManager;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;

/**
 * The security configuration as one object, which is applied as a whole or not at all: if nobody could administrate any more,
 * or GeoServer cannot read it, this node stays with what it had, and says why.
 */
public final class SecurityPart implements Part, DisposableBean {
    static final String KEY = "security/set";

    /**
     * GeoServer writes the files of one request, each by a rename, within a few milliseconds. If it takes longer, the set is
     * published twice: what is between is as consistent as it is on the node where it is made. REST holds the lock meanwhile
     * anyway, for which the publisher waits.
     */
    static final long QUIET_MILLIS = 2;

    /** Until GeoServer reads anew what was changed in its files by others: it has to be published before. */
    private static final long REFRESH_MILLIS = 100;

    /**
     * A request remembers at its end who it was that asked, with the roles of its beginning. Most that began before a change
     * are over then.
     */
    private static final long FORGET_MILLIS = 10_000;

    /** How often all is looked at if the system gives no notifications. */
    private static final long LOOK_MILLIS = 5_000;

    private static final Pattern USERS = Pattern.compile("usergroup/([^/]+)/(?!config[.]xml$)[^/]+[.]xml");
    private static final Pattern ROLES = Pattern.compile("role/([^/]+)/(?!config[.]xml$)[^/]+[.]xml");
    private static final Pattern RULES = Pattern.compile("[^/]+[.]properties");
    private static final Logger LOGGER = Logging.getLogger(SecurityPart.class);

    private final SecurityFiles files;
    private final Security security;
    private final SharedForm form;
    private final FileWatch watch;
    private volatile Quiet quiet;
    private volatile List<Quiet> timers = List.of();

    /** If there are no notifications: when to look, and what was there at the last look. */
    private volatile Quiet looks;

    private SortedMap<String, byte[]> looked;

    /** Whether there is no configuration, and why what is here cannot be shared. Known to the replicator's thread. */
    private boolean missing;

    private String tooLarge;

    /** The files as GeoServer has read them, as far as that is known. */
    private SortedMap<String, byte[]> known;

    /**
     * @param manager bean {@code geoServerSecurityManager}
     * @param lock bean {@code configurationLock}
     * @param dataDirectory GeoServer's
     * @param withKeystore whether the keystore and the master password are shared too
     */
    public SecurityPart(
            GeoServerSecurityManager manager,
            GeoServerConfigurationLock lock,
            Path dataDirectory,
            FileWatch watch,
            boolean withKeystore) {
        this(
                new LiveSecurity(manager, lock, dataDirectory.resolve("security")),
                dataDirectory.resolve("security"),
                watch,
                withKeystore);
    }

    SecurityPart(Security security, Path directory, FileWatch watch, boolean withKeystore) {
        this.files = new SecurityFiles(directory, withKeystore);
        this.security = security;
        this.form = new SharedForm(security, withKeystore);
        this.watch = watch;
    }

    @Override
    public List<String> prefixes() {
        return List.of("security/");
    }

    @Override
    public void start(Consumer<String> changed) {
        try {
            if (files.finish()) {
                LOGGER.info("The security configuration of the cluster, which was being put in place when this node stopped, is complete");
                security.reload();
            }
            // what came about later would be taken for an edit of this node
            security.makeRules();
            readAnew();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.SEVERE, "The security configuration cannot be read, or that of the cluster was only put in place in part", e);
        }
        Quiet later = new Quiet(QUIET_MILLIS, () -> changed.accept(KEY));
        Quiet last = new Quiet(REFRESH_MILLIS, this::refresh);
        Quiet end = new Quiet(FORGET_MILLIS, security::forgetAuthenticated);
        quiet = later;
        timers = List.of(later, last, end);
        try {
            watch.watch(files.directory(), List.of(), paths -> {
                if (paths.isEmpty() || paths.stream().anyMatch(path -> files.isShared(Path.of(path)))) {
                    timers.forEach(Quiet::happened);
                }
            });
        } catch (ClusterException e) {
            LOGGER.warning("Changes of the security configuration are noticed by looking at its files every "
                    + LOOK_MILLIS / 1000 + " seconds, and not at once: " + e.getMessage());
            looks = new Quiet(LOOK_MILLIS, this::look);
            looks.happened();
        }
    }

    private void look() {
        try {
            SortedMap<String, byte[]> before = looked;
            looked = files.read().files();
            if (before == null || !SecurityFiles.changed(before, looked).isEmpty()) {
                timers.forEach(Quiet::happened);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "Whether the security configuration was changed cannot be said", e);
        } finally {
            looks.happened();
        }
    }

    @Override
    public void destroy() {
        timers.forEach(Quiet::end);
        if (looks != null) {
            looks.end();
        }
    }

    /**
     * Files were changed by GeoServer itself, or by another node, or by hand: users, roles and rules are read anew unless they
     * were already, and who was removed is not remembered as logged in, which GeoServer does for minutes.
     */
    private void refresh() {
        try {
            Set<String> changed = readAnew();
            changed.removeIf(name -> !isLight(name));
            Set<String> rules = take(changed, RULES);
            reload(changed);
            if (!rules.isEmpty() && !security.whileNobodyEdits(() -> security.reloadRules(rules))) {
                LOGGER.warning("GeoServer's configuration is locked: it looks itself whether " + rules + " were changed");
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "Users, roles or rules that were changed in their files are not read anew", e);
        }
    }

    /** Returns the names of files that GeoServer may not have read yet; from now on it has. */
    private synchronized Set<String> readAnew() throws IOException {
        SortedMap<String, byte[]> before = known;
        known = files.read().files();
        return SecurityFiles.changed(before == null ? known : before, known);
    }

    /** Users of one's own would be lost; the administrator is on every node, with whatever password. */
    @Override
    public boolean isPristine() {
        try {
            return !Administrators.areOthers(files.read().files());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Whether there are users of this node's own cannot be said", e);
            return false;
        }
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        Local local = read(KEY);
        if (local != null) {
            snapshot.object(KEY, local.content());
        }
    }

    /** Null: GeoServer is just writing, or its files are gone; this is asked again when something happened to them. */
    @Override
    public Local read(String key) {
        try {
            Reading here = files.read();
            if (!here.whole()) {
                again();
                return null;
            }
            if (isMissing(here.files())) {
                return null;
            }
            Local local = local(here.files(), here.modified());
            mustNotBeTooLarge(local.content());
            return local;
        } catch (IOException e) {
            throw new IllegalStateException("The security configuration cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean isMissing(SortedMap<String, byte[]> here) {
        boolean wasMissing = missing;
        missing = !here.containsKey("config.xml");
        if (missing && !wasMissing) {
            LOGGER.severe(files.directory().resolve("config.xml") + " is missing: the security configuration of this node is not shared");
        }
        return missing;
    }

    private void mustNotBeTooLarge(Content content) {
        String before = tooLarge;
        int bytes = content.bytes().length;
        tooLarge = bytes <= SharedObjects.MAX_CONTENT_BYTES
                ? null
                : "The security configuration is not shared, so who is removed here can still log in on other nodes, and who is added"
                        + " cannot: its files hold " + bytes + " bytes, and at most " + SharedObjects.MAX_CONTENT_BYTES
                        + " can be shared. Keep users and roles in a database or a directory (JDBC, LDAP), and remove files that do"
                        + " not belong into " + files.directory();
        if (tooLarge != null) {
            if (!tooLarge.equals(before)) {
                LOGGER.severe(tooLarge);
            }
            throw new IllegalStateException(tooLarge);
        }
    }

    private Local local(SortedMap<String, byte[]> here, long modified) throws IOException {
        return Local.of(new Content(SecuritySet.pack(form.of(here)), modified));
    }

    private void again() {
        Quiet later = quiet;
        if (later != null) {
            later.happened();
        }
    }

    @Override
    public int order(String key) {
        return 950;
    }

    @Override
    public synchronized Applied apply(Pending pending) {
        if (!pending.key().equals(KEY) || pending.isRemoval()) {
            return Applied.not("the security configuration cannot be removed");
        }
        try {
            SortedMap<String, byte[]> shared = SecuritySet.unpack(pending.content().bytes());
            for (String name : shared.keySet()) {
                files.resolve(name);
            }
            SortedMap<String, byte[]> before = files.read().files();
            if (pending.sameDirectory()) {
                // another node wrote the files; which of them GeoServer has read already is not known
                security.reload();
                known = before;
                return applied();
            }
            if (tooLarge != null) {
                // it would undo what was edited here, of which the cluster knows nothing
                return Applied.not(tooLarge);
            }
            SortedMap<String, byte[]> after = form.files(shared, before);
            Set<String> changed = SecurityFiles.changed(before, after);
            String problem = Administrators.problem(changed, after);
            if (problem != null) {
                return Applied.not("The security configuration stays as it is here: " + problem);
            }
            replace(before, after, changed);
            return changed.stream().allMatch(SecurityPart::isLight) ? Applied.as(local(after, 0)) : applied();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, "The security configuration of another node is not applied", e);
            return Applied.not("The security configuration stays as it is here: " + e.getMessage());
        }
    }

    /** What GeoServer made of it: when it reads everything, it may write. */
    private Applied applied() {
        Local local = read(KEY);
        return local == null ? Applied.not("the security configuration is just being changed here") : Applied.as(local);
    }

    /** Whether a file is read anew by itself. */
    private static boolean isLight(String name) {
        return Stream.of(USERS, ROLES, RULES).anyMatch(pattern -> pattern.matcher(name).matches());
    }

    private void replace(SortedMap<String, byte[]> before, SortedMap<String, byte[]> after, Set<String> changed)
            throws IOException {
        if (changed.isEmpty()) {
            return;
        }
        try {
            files.replace(before, after);
            known = after;
            reload(changed);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "The security configuration of another node cannot be used; the previous one is put back", e);
            try {
                files.replace(files.read().files(), before);
                known = before;
                security.reload();
            } catch (IOException | RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Users, roles and rules are read anew by themselves; a whole reload drops every service, and makes all again. */
    private void reload(Set<String> changed) {
        Set<String> rest = new HashSet<>(changed);
        Set<String> users = take(rest, USERS);
        Set<String> roles = take(rest, ROLES);
        Set<String> rules = take(rest, RULES);
        if (!rest.isEmpty()) {
            security.reload();
            if (rest.contains(SecurityFiles.KEYSTORE)) {
                security.rewritePasswords();
            }
            return;
        }
        users.forEach(security::reloadUsers);
        roles.forEach(security::reloadRoles);
        security.reloadRules(rules);
        security.forgetAuthenticated();
    }

    /** Takes those that match; returns the names of their services, or their own. */
    private static Set<String> take(Set<String> names, Pattern pattern) {
        Set<String> taken = new TreeSet<>();
        names.removeIf(name -> {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                taken.add(matcher.groupCount() > 0 ? matcher.group(1) : name);
                return true;
            }
            return false;
        });
        return taken;
    }
}
