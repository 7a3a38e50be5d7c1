// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Users, roles and rules, which the nodes of these cases are told to share. */
@Order(24)
class SecurityTest extends ActiveCase {
    private static final String LOGIN = "newcomer:Secret-of-newcomer-1";
    private static final String STYLES = "rest/styles.xml";
    private static final String FILTERS = "rest/security/authfilters";
    private static final String FILTER_CONFIG = "org.geoserver.security.config.BasicAuthenticationFilterConfig";
    private static final String FILTER = "<" + FILTER_CONFIG + "><name>suite</name>"
            + "<className>org.geoserver.security.filter.GeoServerBasicAuthenticationFilter</className>"
            + "<useRememberMe>%s</useRememberMe></" + FILTER_CONFIG + ">";
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

    @Test
    @Order(3)
    @DisplayName("A rule of REST that is written into its file on one node holds on all, and not when it is taken out again")
    void restRule() throws Exception {
        String file = "security/rest.properties";
        byte[] before = b().resource(file);
        String closed = "/rest/styles.xml;GET=NOBODY\n" + new String(before, StandardCharsets.ISO_8859_1);
        everywhere("The styles", rest -> styles(rest) == 200);
        b().resource(file, "text/plain", closed.getBytes(StandardCharsets.ISO_8859_1));
        everywhere("The refusal", rest -> styles(rest) == 403);
        b().resource(file, "text/plain", before);
        everywhere("The styles again", rest -> styles(rest) == 200);
    }

    @Test
    @Order(4)
    @DisplayName("While rules of layers are edited on one node, no node refuses the administrator anything")
    void rulesAreReadWhileOthersAsk() throws Exception {
        AtomicBoolean edited = new AtomicBoolean();
        List<CompletableFuture<Integer>> asking = new ArrayList<>();
        for (Rest rest : List.of(a(), b(), c())) {
            asking.add(CompletableFuture.supplyAsync(() -> {
                try {
                    int code = 200;
                    while (code == 200 && !edited.get()) {
                        code = styles(rest);
                    }
                    return code;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (int i = 0; i < 50; i++) {
            a().post("security/acl/layers", "<rules><rule resource=\"many" + i + ".*.r\">ADMIN</rule></rules>");
        }
        everywhere("The last rule", rest -> rest.says("rest/security/acl/layers.xml", "many49.*.r"));
        edited.set(true);
        for (CompletableFuture<Integer> codes : asking) {
            assertEquals(200, codes.get());
        }
        for (int i = 0; i < 50; i++) {
            a().delete("security/acl/layers/many" + i + ".*.r");
        }
        everywhere("The removal of the rules", rest -> !rest.says("rest/security/acl/layers.xml", "many"));
    }

    @Test
    @Order(5)
    @DisplayName("A group that is made on A is on all nodes, with who is put into it on B, until C removes it")
    void group() throws Exception {
        a().send("POST", "rest/security/usergroup/group/crew", null, (byte[]) null);
        everywhere("The group", rest -> rest.says("rest/security/usergroup/groups.xml", "<group>crew<"));
        b().send("POST", "rest/security/usergroup/user/admin/group/crew", null, (byte[]) null);
        everywhere("Who is in it", rest -> rest.says("rest/security/usergroup/group/crew/users.xml", "<userName>admin<"));
        c().delete("security/usergroup/group/crew");
        everywhere("The group's end", rest -> rest.lacks("rest/security/usergroup/groups.xml", "crew"));
    }

    @Test
    @Order(6)
    @DisplayName("A filter for logins that is made on A and changed on B is so on all nodes, until C removes it")
    void filter() throws Exception {
        a().post("security/authfilters", FILTER.formatted(true));
        everywhere("The filter", rest -> rest.says(FILTERS + "/suite.xml", "<useRememberMe>true<"));
        String there = b().get("security/authfilters/suite.xml").text();
        b().put("security/authfilters/suite", there.replace("<useRememberMe>true<", "<useRememberMe>false<"));
        everywhere("The changed filter", rest -> rest.says(FILTERS + "/suite.xml", "<useRememberMe>false<"));
        c().delete("security/authfilters/suite");
        everywhere("The filter's end", rest -> rest.lacks(FILTERS + ".xml", "<name>suite<"));
    }

    private static int styles(Rest rest) throws Exception {
        return rest.node().send("GET", STYLES, null, null).code();
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
