// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Records what is asked; its keystore is a name that only this node's texts hold, and locks the same to another text each time. */
final class FakeSecurity implements Security {
    final List<String> calls = new ArrayList<>();
    String key;

    /** Throws while GeoServer cannot read its files. */
    Supplier<RuntimeException> failure = () -> null;

    /** How many passwords were opened and locked: with GeoServer's keystore each takes long. */
    int passwords;

    /** Told of each call. */
    Consumer<String> heard = call -> {};

    Runnable makesRules = () -> {};

    private int salt;

    FakeSecurity(String key) {
        this.key = key;
    }

    private void note(String call) {
        calls.add(call);
        heard.accept(call);
    }

    @Override
    public void reload() {
        note("reload");
        RuntimeException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
    }

    @Override
    public void makeRules() {
        makesRules.run();
    }

    @Override
    public boolean whileNobodyEdits(Runnable action) {
        note("nobody edits");
        action.run();
        return true;
    }

    @Override
    public void reloadRules(Set<String> files) {
        files.forEach(file -> note("rules " + file));
    }

    @Override
    public void reloadUsers(String service) {
        note("users " + service);
    }

    @Override
    public void reloadRoles(String service) {
        note("roles " + service);
    }

    @Override
    public void rewritePasswords() {
        note("rewrite");
    }

    @Override
    public void forgetAuthenticated() {
        note("forget");
    }

    @Override
    public String open(String kind, String service, String encrypted) {
        passwords++;
        String[] parts = new String(Base64.getDecoder().decode(encrypted.substring(7)), StandardCharsets.UTF_8).split(" ", 4);
        if (!parts[0].equals(key) || !parts[1].equals(String.valueOf(service))) {
            throw new IllegalStateException("wrong key");
        }
        return parts[3];
    }

    @Override
    public String lock(String kind, String service, String password) {
        passwords++;
        String text = key + ' ' + service + ' ' + salt++ + ' ' + password;
        return kind + ':' + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
