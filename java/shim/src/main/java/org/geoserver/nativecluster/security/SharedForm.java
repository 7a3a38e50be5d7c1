// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files in a form that is equal on all nodes: rules without comments, which hold a date; and passwords that a node can open
 * with its keystore, open. What goes to others and rests is encrypted as a whole, natively.
 */
final class SharedForm {
    /** As GeoServer's encoders write them; the same password is another text each time. */
    private static final Pattern LOCKED = Pattern.compile("(crypt[12]):([A-Za-z0-9+/]{8,}={0,2})");

    private static final String SHARED = "gs-native-cluster-";
    private static final Pattern OPEN = Pattern.compile(SHARED + "(crypt[12]):([A-Za-z0-9_-]*)");
    private static final Pattern USERS = Pattern.compile("usergroup/([^/]+)/(?!config[.]xml$).*");

    private final Security security;
    private final boolean sameKeystore;

    /** Passwords by how they are written here: to open one takes a tenth of a second, and few of them are new. */
    private Map<String, String> opened = new HashMap<>();

    /** @param sameKeystore whether the keystore is shared: then passwords can stay as they are */
    SharedForm(Security security, boolean sameKeystore) {
        this.security = security;
        this.sameKeystore = sameKeystore;
    }

    /** @throws IllegalStateException if a password cannot be opened: says what to do */
    SortedMap<String, byte[]> of(SortedMap<String, byte[]> files) throws IOException {
        SortedMap<String, byte[]> shared = new TreeMap<>();
        Map<String, String> used = new HashMap<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            shared.put(file.getKey(), of(file.getKey(), file.getValue(), used));
        }
        opened = used;
        return shared;
    }

    private byte[] of(String name, byte[] bytes, Map<String, String> used) throws IOException {
        if (name.endsWith(".properties")) {
            return rules(name, bytes);
        }
        return hasPasswords(name)
                ? replace(LOCKED, bytes, (kind, text) -> used.computeIfAbsent(name + ' ' + kind + ':' + text, locked -> {
                    String known = opened.get(locked);
                    return known == null ? open(name, kind, text) : known;
                }))
                : bytes;
    }

    /**
     * What to write on this node.
     *
     * @param shared files in the form that all nodes have
     * @param here this node's files now: one that says the same stays as it is, with its comments
     * @throws IllegalStateException if a password cannot be locked here: says what to do
     */
    SortedMap<String, byte[]> files(SortedMap<String, byte[]> shared, SortedMap<String, byte[]> here) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : shared.entrySet()) {
            String name = file.getKey();
            byte[] own = here.get(name);
            Map<String, String> locked = new HashMap<>();
            boolean same = own != null && Arrays.equals(file.getValue(), openable(name, own, locked));
            files.put(name, same ? own : local(name, file.getValue(), locked));
        }
        return files;
    }

    /**
     * A file whose passwords this node cannot open any more is replaced.
     *
     * @param locked how this node writes them, by their shared form
     */
    private byte[] openable(String name, byte[] own, Map<String, String> locked) throws IOException {
        Map<String, String> used = new HashMap<>();
        try {
            return of(name, own, used);
        } catch (IllegalStateException e) {
            return null;
        } finally {
            used.forEach((here, shared) -> locked.put(shared, here.substring(name.length() + 1)));
        }
    }

    /** A password that was here before stays as it was written. */
    private byte[] local(String name, byte[] bytes, Map<String, String> locked) {
        return hasPasswords(name)
                ? replace(OPEN, bytes, (kind, text) -> {
                    String shared = SHARED + kind + ':' + text;
                    String here = locked.get(shared);
                    if (here == null) {
                        here = lock(name, kind, text);
                        opened.put(name + ' ' + here, shared);
                    }
                    return here;
                })
                : bytes;
    }

    private boolean hasPasswords(String name) {
        return !sameKeystore && name.endsWith(".xml");
    }

    private static byte[] replace(Pattern pattern, byte[] bytes, BiFunction<String, String, String> by) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // few files have passwords, and the pattern takes long
        if (!text.contains("crypt")) {
            return bytes;
        }
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return bytes;
        }
        return matcher.replaceAll(match -> Matcher.quoteReplacement(by.apply(match.group(1), match.group(2))))
                .getBytes(StandardCharsets.UTF_8);
    }

    private String open(String name, String kind, String text) {
        try {
            String password = security.open(kind, service(name), kind + ':' + text);
            return SHARED + kind + ':'
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(password.getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "The security configuration is not shared: a password in security/" + name
                            + " cannot be opened with this node's keystore (" + e.getMessage()
                            + "). Set it anew here, choose digests for the passwords of users, or share the keystore",
                    e);
        }
    }

    private String lock(String name, String kind, String text) {
        try {
            String password = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            return security.lock(kind, service(name), password);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "a password in security/" + name + " cannot be encrypted with this node's keystore ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    private static String service(String name) {
        Matcher users = USERS.matcher(name);
        return users.matches() ? users.group(1) : null;
    }

    /** The order is kept of REST's rules alone, where the first that fits holds. */
    private static byte[] rules(String name, byte[] bytes) throws IOException {
        Map<String, String> rules = name.equals("rest.properties") ? new LinkedHashMap<>() : new TreeMap<>();
        // properties files are Latin 1
        ordered(rules).load(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)));
        StringBuilder text = new StringBuilder();
        rules.forEach((key, value) -> text.append(escaped(key, true)).append('=').append(escaped(value, false)).append('\n'));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @SuppressWarnings("serial")
    private static Properties ordered(Map<String, String> rules) {
        return new Properties() {
            @Override
            public synchronized Object put(Object key, Object value) {
                return rules.put((String) key, (String) value);
            }
        };
    }

    private static String escaped(String text, boolean key) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                case '\f' -> escaped.append("\\f");
                case ' ' -> escaped.append(key || i == 0 ? "\\ " : " ");
                case '=', ':', '#', '!' -> escaped.append(key ? "\\" + c : String.valueOf(c));
                default -> escaped.append(c < 0x20 || c > 0x7e ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return escaped.toString();
    }
}
