// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.util.Set;

/** What is asked of GeoServer's security: to read its files anew, and to open and lock passwords with its keystore. */
interface Security {
    /** Reads everything anew; throws what keeps it from that. */
    void reload();

    /** Has GeoServer make the files of rules that it makes when it first needs them. */
    void makeRules();

    /**
     * Runs something while nobody edits: who adds a rule stores it only then, and must not find it gone in between.
     *
     * @return false if others held GeoServer's configuration for too long; it was not run
     */
    boolean whileNobodyEdits(Runnable action);

    /** Reads rules anew, of layers, services or REST: those in files of these names. */
    void reloadRules(Set<String> files);

    /** Reads a service's users and groups anew. */
    void reloadUsers(String service);

    /** Reads a service's roles anew. */
    void reloadRoles(String service);

    /** Writes the passwords of stores and services anew, for the keystore is another one. */
    void rewritePasswords();

    /** Forgets who was authenticated. */
    void forgetAuthenticated();

    /**
     * Opens a password.
     *
     * @param kind {@code crypt1}, or {@code crypt2}: the strong one
     * @param service the user group service that it is of; null: it is one of the configuration
     */
    String open(String kind, String service, String encrypted);

    /** Locks a password, for {@link #open}. */
    String lock(String kind, String service, String password);
}
