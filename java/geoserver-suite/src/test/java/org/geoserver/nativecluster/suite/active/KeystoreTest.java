// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Suite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Nodes that share the keystore and the master password too: what one of them encrypted, all can read. */
@Order(31)
class KeystoreTest extends ActiveCase {
    private static final String LOGIN = "locked:Secret-of-locked-1";
    private static final String STORE = "workspaces/keys/remote/wmsstore.xml";
    private static final String REMOTE = "rest/workspaces/keys/wmsstores/remote.xml";

    private static ActiveNodes pair;

    private static synchronized ActiveNodes pair() throws Exception {
        if (pair == null) {
            pair = Suite.activeNodes("keystore", false);
            pair.start(node -> node.with(ActiveNodes.SECURITY, "keystore"), "One", "Other");
        }
        return pair;
    }

    private static Rest one() throws Exception {
        return pair().rest(0);
    }

    private static Rest other() throws Exception {
        return pair().rest(1);
    }

    @Test
    @Order(1)
    @DisplayName("Nodes that start with keystores and master passwords of their own have one of each")
    void oneKeystore() throws Exception {
        String password = one().get("security/masterpw.xml").xml().text("oldMasterPassword");
        on(other(), "The one's master password", rest ->
                rest.get("security/masterpw.xml").xml().text("oldMasterPassword").equals(password));
        on(other(), "The one's keystore", rest ->
                Files.mismatch(file(one(), "security/geoserver.jceks"), file(rest, "security/geoserver.jceks")) == -1);
    }

    private static Path file(Rest rest, String path) {
        return rest.node().data().resolve(path);
    }

    @Test
    @Order(2)
    @DisplayName("A user made on one node, whose password it encrypted with the keystore, logs in on the other as encrypted there")
    void user() throws Exception {
        assertEquals(401, code(other().node()));
        one().post(
                "security/usergroup/users",
                "<user><userName>locked</userName><password>" + LOGIN.substring(LOGIN.indexOf(':') + 1)
                        + "</password><enabled>true</enabled></user>");
        one().send("POST", "rest/security/roles/role/ADMIN/user/locked", null, (byte[]) null);
        on(other(), "The user's login", rest -> code(rest.node()) == 200);
        String encrypted = encrypted(one());
        assertTrue(encrypted.startsWith("crypt"), encrypted);
        assertEquals(encrypted, encrypted(other()), "the other node encrypted it anew, so the keystore is not what it read it by");
    }

    private static int code(Node node) throws Exception {
        return node.send("GET", "rest/workspaces.xml", null, null, LOGIN).code();
    }

    private static String encrypted(Rest rest) throws Exception {
        String users = Files.readString(file(rest, "security/usergroup/default/users.xml"));
        Matcher user = Pattern.compile("<user [^>]*name=\"locked\"[^>]*>").matcher(users);
        assertTrue(user.find(), users);
        Matcher password = Pattern.compile("password=\"([^\"]*)\"").matcher(user.group());
        assertTrue(password.find(), user.group());
        return password.group(1);
    }

    /** A cascaded store needs its password for what GeoServer has it say. */
    @Test
    @Order(3)
    @DisplayName("A store's password as one node encrypted it on disk is read by the other: its file is copied there, and works")
    void store() throws Exception {
        one().workspace("keys");
        one().dataStore("keys", "store", pair().data());
        one().layer("keys", "store", "points");
        one().post(
                "workspaces/keys/wmsstores",
                "<wmsStore><name>remote</name><type>WMS</type><enabled>true</enabled><capabilitiesURL>" + one().node().address()
                        + "ows?service=WMS&amp;version=1.1.1&amp;request=GetCapabilities</capabilitiesURL><user>admin</user>"
                        + "<password>geoserver</password></wmsStore>");
        on(other(), "The store", rest -> rest.has(REMOTE) && Files.exists(file(rest, STORE)) && cascades(rest));
        byte[] ones = Files.readAllBytes(file(one(), STORE));
        Files.write(file(other(), STORE), ones, StandardOpenOption.TRUNCATE_EXISTING);
        other().post("reload", "");
        assertTrue(cascades(other()), "the other node cannot read the one's password");
        Contents.awaitEqual(LONG, pair().running());
        assertTrue(cascades(one()), "the one node lost its password");
        assertArrayEquals(ones, Files.readAllBytes(file(one(), STORE)), "what the other node read was another password");
    }

    /** With another password GeoServer is refused, and the list is an error. */
    private static boolean cascades(Rest rest) throws Exception {
        return rest.says("rest/workspaces/keys/wmsstores/remote/wmslayers.xml?list=available", ">keys:points<");
    }
}
