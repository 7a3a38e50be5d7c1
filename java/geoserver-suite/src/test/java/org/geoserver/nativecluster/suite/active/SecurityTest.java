// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Users, roles and rules, which the nodes of these cases are told to share. */
@Order(24)
class SecurityTest extends ActiveCase {
    private static final String LOGIN = "newcomer:Secret-of-newcomer-1";
    private static final String USER =
            "<user><userName>newcomer</userName><password>%s</password><enabled>true</enabled></user>";

    @Test
    @Order(1)
    @DisplayName("A user that is made on one node logs in on all with the rights given there, until removed")
    void user() throws Exception {
        assertEquals(401, b().node().send("GET", "rest/workspaces.xml", null, null, LOGIN).code());
        a().post("security/usergroup/users", USER.formatted(LOGIN.substring(LOGIN.indexOf(':') + 1)));
        a().send("POST", "rest/security/roles/role/ADMIN/user/newcomer", null, (byte[]) null);
        everywhere("The user's login", rest -> code(rest) == 200);
        c().delete("security/usergroup/user/newcomer");
        everywhere("The end of the user", rest -> code(rest) == 401);
    }

    private static int code(Rest rest) throws Exception {
        return rest.node().send("GET", "rest/workspaces.xml", null, null, LOGIN).code();
    }

    @Test
    @Order(2)
    @DisplayName("A rule that hides a layer from the public hides it on all nodes, and its removal shows it again")
    void rule() throws Exception {
        b().workspace("hidden");
        b().dataStore("hidden", "store", data());
        b().layer("hidden", "store", "points");
        everywhere("The layer", rest -> publicCode(rest) == 200);
        a().post("security/acl/layers", "<rules><rule resource=\"hidden.*.r\">ADMIN</rule></rules>");
        everywhere("The hidden layer", rest -> publicCode(rest) != 200);
        c().delete("security/acl/layers/hidden.*.r");
        everywhere("The layer shown again", rest -> publicCode(rest) == 200);
    }

    /** 200 if the public sees the layer. */
    private static int publicCode(Rest rest) throws Exception {
        var answer = rest.node()
                .send(
                        "GET",
                        "hidden/wms?service=WMS&version=1.1.1&request=GetCapabilities",
                        null,
                        null,
                        null);
        return answer.code() == 200 && answer.text().contains("<Title>points</Title>") ? 200 : 403;
    }
}
