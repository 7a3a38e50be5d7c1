// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.geoserver.nativecluster.active.Backup;

/**
 * Which paths of the data directory are shared: a list of what is, for nobody can list what is not. Paths have slashes and
 * are relative to the data directory. What the catalog, the tile caches, the security and the configuration of clustering
 * itself keep in files is never shared as a file, whatever the operator names.
 */
final class SharedPaths implements Selection {
    private static final Set<String> WHOLE_FOLDERS =
            Set.of("templates", "palettes", "user_projections", "www", "layouts");

    /** Folders of a workspace that are no store's. */
    private static final Set<String> WORKSPACE_FOLDERS = Set.of("styles", "templates", "layouts");

    /** Not even if named: they belong to this node, or other parts share what is in them. */
    private static final Set<String> RESERVED = Set.of(
            "cluster", "cluster-state", Backup.FOLDER, "security", "gwc", "gwc-layers", "layergroups", "logs", "monitoring",
            "temp", "tmp");

    /** What programs leave behind while they write or when they have written, and system files. */
    private static final Pattern TRANSIENT = Pattern.compile(
            "[.].*|.*~|#.*#|.*[.](tmp|temp|bak([.]?[0-9]+)?|part|filepart|crdownload|lck|lock)|thumbs[.]db|desktop[.]ini");

    /** Extensions of which a folder of the catalog may have templates. */
    private static final Set<String> TEMPLATES = Set.of("ftl", "js", "json", "xhtml", "xsd");

    private final List<PathMatcher> named = new ArrayList<>();
    private final List<String> roots;

    /**
     * @param patterns what the operator names beside: glob patterns below the data directory; a folder stands for all
     *     that is in it
     */
    SharedPaths(List<String> patterns) {
        Set<String> folders = new TreeSet<>(WHOLE_FOLDERS);
        folders.addAll(Set.of("styles", "workspaces", "logs"));
        for (String pattern : patterns) {
            String glob = pattern.trim().replace('\\', '/').replaceAll("^/+|/+$", "");
            if (!glob.isEmpty()) {
                named.add(FileSystems.getDefault().getPathMatcher("glob:" + glob));
                named.add(FileSystems.getDefault().getPathMatcher("glob:" + glob + "/**"));
                folders.add(fixedFolder(glob));
            }
        }
        roots = withoutNested(folders);
    }

    @Override
    public List<String> roots() {
        return roots;
    }

    @Override
    public List<String> excluded() {
        return roots.contains("") ? List.copyOf(RESERVED) : List.of();
    }

    @Override
    public boolean contains(String path) {
        if (!isClean(path)) {
            return false;
        }
        String[] parts = path.split("/");
        for (String part : parts) {
            if (TRANSIENT.matcher(part.toLowerCase(Locale.ROOT)).matches()) {
                return false;
            }
        }
        return isUsual(parts) || isNamed(path, parts);
    }

    /** Relative, without any step that leads elsewhere: what comes from others is checked by this. */
    static boolean isClean(String path) {
        if (path.isEmpty() || path.startsWith("/") || path.endsWith("/")) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c < ' ' || c == '\\' || c == ':') {
                return false;
            }
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUsual(String[] parts) {
        if (parts.length < 2) {
            return false;
        }
        switch (parts[0]) {
            case "styles":
                return isOfStyles(parts, 1);
            case "workspaces":
                return isOfWorkspaces(parts);
            case "logs":
                // the profiles, not the logs
                return parts.length == 2 && Set.of("xml", "properties").contains(extension(parts[1]));
            default:
                return WHOLE_FOLDERS.contains(parts[0]);
        }
    }

    /** Directly in the folder, XML files are GeoServer's descriptions of styles. */
    private static boolean isOfStyles(String[] parts, int from) {
        return parts.length > from + 1 || !extension(parts[from]).equals("xml");
    }

    private static boolean isOfWorkspaces(String[] parts) {
        String name = parts[parts.length - 1];
        if (parts.length > 3 && WORKSPACE_FOLDERS.contains(parts[2])) {
            return !parts[2].equals("styles") || isOfStyles(parts, 3);
        }
        return extension(name).equals("ftl") || parts.length > 2 && TEMPLATES.contains(extension(name));
    }

    private boolean isNamed(String path, String[] parts) {
        boolean reserved = RESERVED.contains(parts[0])
                || parts.length == 1 && extension(parts[0]).equals("xml")
                || (parts[0].equals("workspaces") || parts[0].equals("styles")) && extension(path).equals("xml");
        if (reserved) {
            return false;
        }
        Path relative = Path.of(path);
        return named.stream().anyMatch(matcher -> matcher.matches(relative));
    }

    static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * The folder of the catalog that a file lies in, which the catalog's own part makes; null if it lies elsewhere. A file
     * that came before it would make it, and so keep GeoServer from renaming another to it.
     */
    static String folderOfCatalog(String path) {
        String[] parts = path.split("/");
        if (!parts[0].equals("workspaces") || parts.length < 3) {
            return null;
        }
        int depth = WORKSPACE_FOLDERS.contains(parts[2]) ? 2 : Math.min(parts.length - 1, 4);
        return String.join("/", List.of(parts).subList(0, depth));
    }

    /** The folder that all that matches is in; what has a dot and no wildcard is taken for a file. */
    private static String fixedFolder(String glob) {
        int wildcard = 0;
        while (wildcard < glob.length() && "*?[{".indexOf(glob.charAt(wildcard)) < 0) {
            wildcard++;
        }
        boolean folder = wildcard == glob.length() && glob.indexOf('.', glob.lastIndexOf('/') + 1) < 0;
        return folder ? glob : glob.substring(0, Math.max(0, glob.lastIndexOf('/', wildcard)));
    }

    private static List<String> withoutNested(Set<String> folders) {
        List<String> roots = new ArrayList<>();
        for (String folder : folders) {
            if (roots.stream().noneMatch(root -> root.isEmpty() || folder.startsWith(root + "/"))) {
                roots.add(folder);
            }
        }
        return List.copyOf(roots);
    }
}
