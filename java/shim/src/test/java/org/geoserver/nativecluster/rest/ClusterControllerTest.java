// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.geoserver.nativecluster.active.Administration.Difference;
import org.geoserver.nativecluster.nativelib.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

class ClusterControllerTest {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;

    private final List<FakeNode> nodes = FakeNode.cluster("A", "B", "C");
    private final List<FakeAdministration> administrations = new ArrayList<>();
    private final List<ClusterController> controllers = new ArrayList<>();

    ClusterControllerTest() {
        for (FakeNode node : nodes) {
            FakeAdministration administration = new FakeAdministration();
            administrations.add(administration);
            controllers.add(new ClusterController(node, administration));
        }
    }

    @AfterEach
    void close() {
        controllers.forEach(ClusterController::destroy);
    }

    private ClusterController a() {
        return controllers.get(0);
    }

    private FakeAdministration here() {
        return administrations.get(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The document of an answer, which must be JSON. */
    private static Map<String, Object> json(int code, ResponseEntity<byte[]> answer) {
        String text = new String(answer.getBody(), StandardCharsets.UTF_8);
        // the method that tells the code has another type in Spring 7 than in 5
        assertTrue(answer.toString().startsWith("<" + code), answer + " " + text);
        assertEquals(MediaType.APPLICATION_JSON, answer.getHeaders().getContentType());
        return Json.object(text);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object json) {
        return (Map<String, Object>) json;
    }

    private static List<?> list(Object json) {
        return (List<?>) json;
    }

    @Test
    void statusTellsOfMembersAndOfWhatIsShared() {
        here().conflict("c1", "catalog/style/s", bytes("old"), bytes("new"));
        Map<String, Object> status = json(OK, a().status());
        assertEquals(3, list(object(status.get("cluster")).get("members")).size());
        Map<String, Object> shared = object(status.get("activeClustering"));
        assertEquals(true, shared.get("enabled"));
        assertEquals(1.0, shared.get("conflicts"));
        assertEquals(2.0, shared.get("unpublished"));
    }

    @Test
    void whileItIsOffOnlyTheStatusIsAnsweredAndTheRestSaysWhy() {
        here().active = false;
        assertEquals(false, object(json(OK, a().status()).get("activeClustering")).get("enabled"));
        for (ResponseEntity<byte[]> answer :
                List.of(a().conflicts(), a().conflict("c1"), a().drop("c1"), a().drift(), a().repair(), a().reload())) {
            assertEquals("switched off, \"really\"", json(UNAVAILABLE, answer).get("error"));
        }
        assertEquals(List.of(), here().calls);
    }

    @Test
    void aConflictIsListedAndShownBesideTheCurrentVersion() {
        here().conflict("c1", "catalog/style/s", bytes("<a>ältere\n\"Form\"</a>"), bytes("<a>new</a>"));
        Map<String, Object> listed = object(list(json(OK, a().conflicts()).get("conflicts")).get(0));
        assertEquals("c1", listed.get("id"));
        assertEquals("catalog/style/s", listed.get("key"));
        assertEquals("B", listed.get("writtenBy"));
        assertEquals(1234.0, listed.get("when"));
        Map<String, Object> shown = json(OK, a().conflict("c1"));
        assertEquals("<a>ältere\n\"Form\"</a>", object(shown.get("kept")).get("text"));
        assertEquals("<a>new</a>", object(shown.get("current")).get("text"));
    }

    @Test
    void theOtherSideOfAConflictMayBeARemoval() {
        here().conflict("c1", "catalog/style/s", bytes("<a/>"), bytes(""));
        here().current.clear();
        Map<String, Object> shown = json(OK, a().conflict("c1"));
        assertTrue(shown.containsKey("current"));
        assertNull(shown.get("current"));
    }

    @Test
    void passwordsAndSecurityAreNotShown() {
        String xml = "<dataStore><connectionParameters><entry key=\"passwd\">geheim</entry><entry key=\"host\">h</entry>"
                + "</connectionParameters><password>geheim</password><a:apiKey x=\"1\">geheim</a:apiKey>"
                + "<entry><string>db password</string> <string>geheim</string></entry>"
                + "<user secretToken='geheim' name=\"n\"/></dataStore>";
        here().conflict("c1", "catalog/datastore/d", bytes(xml), bytes(xml));
        String shown = new String(a().conflict("c1").getBody(), StandardCharsets.UTF_8);
        assertFalse(shown.contains("geheim"), shown);
        assertTrue(shown.contains(">h<") && shown.contains("name=\\\"n\\\""), shown);
        here().conflict("c2", "security/users", bytes("geheim"), bytes("geheim"));
        assertFalse(new String(a().conflict("c2").getBody(), StandardCharsets.UTF_8).contains("geheim"));
    }

    @Test
    void whatIsNoTextIsShownAsBase64AndWhatIsLargeIsNot() {
        here().conflict("c1", "file/styles/a.png", new byte[] {(byte) 0xff, 0}, new byte[Version.MAX_SHOWN + 1]);
        Map<String, Object> shown = json(OK, a().conflict("c1"));
        assertEquals("/wA=", object(shown.get("kept")).get("base64"));
        assertTrue(object(shown.get("current")).containsKey("hidden"));
        assertEquals(Version.MAX_SHOWN + 1.0, object(shown.get("current")).get("bytes"));
    }

    @Test
    void restoringIsLeftToActiveClusteringAndItsReasonsAreTold() {
        here().conflict("c1", "catalog/style/s", bytes("a"), bytes("b"));
        assertEquals("catalog/style/s", json(OK, a().restore("c1")).get("restored"));
        here().broken = new IllegalStateException("its workspace is gone");
        assertEquals("its workspace is gone", json(CONFLICT, a().restore("c1")).get("error"));
        assertEquals(List.of("restore c1", "restore c1"), here().calls);
        here().readOnly = true;
        assertTrue(String.valueOf(json(CONFLICT, a().restore("c1")).get("error")).contains("read-only"));
        assertEquals(2, here().calls.size());
    }

    @Test
    void droppingForgetsAndWhatIsUnknownIsNotFound() {
        here().conflict("c1", "catalog/style/s", bytes("a"), bytes("b"));
        assertEquals("c1", json(OK, a().drop("c1")).get("dropped"));
        for (ResponseEntity<byte[]> answer : List.of(a().drop("c1"), a().conflict("c1"), a().restore("c1"))) {
            assertTrue(String.valueOf(json(NOT_FOUND, answer).get("error")).startsWith("There is no conflict c1"));
        }
    }

    @Test
    void driftIsToldByEachNodeAndRepairedOnEach() {
        administrations.get(1).differences.add(new Difference("catalog/layer/l", "its resource is missing", "A", 7));
        List<?> before = list(json(OK, a().drift()).get("nodes"));
        assertEquals(List.of("A", "B", "C"), before.stream().map(node -> object(node).get("node")).toList());
        Map<String, Object> ofB = object(object(before.get(1)).get("answer"));
        Map<String, Object> difference = object(list(ofB.get("differences")).get(0));
        assertEquals("its resource is missing", difference.get("reason"));
        assertEquals("A", difference.get("writtenBy"));
        for (Object node : list(json(OK, a().repair()).get("nodes"))) {
            assertEquals(List.of(), object(object(node).get("answer")).get("differences"));
            assertEquals(true, object(object(node).get("answer")).get("complete"));
        }
        administrations.forEach(administration -> assertEquals(List.of("repair"), administration.calls));
    }

    @Test
    void reloadIsDoneByEachNodeAndOneThatFailsOrIsSilentDoesNotKeepTheOthers() {
        administrations.get(1).broken = new IllegalStateException("disk full");
        nodes.get(2).silent = true;
        List<?> answers = list(json(OK, a().reload()).get("nodes"));
        assertEquals(true, object(object(answers.get(0)).get("answer")).get("reloaded"));
        assertEquals("disk full", object(object(answers.get(1)).get("answer")).get("error"));
        String silence = String.valueOf(object(object(answers.get(2)).get("answer")).get("error"));
        assertTrue(silence.startsWith("It did not answer within"), silence);
    }

    @Test
    void aCommandOfSomeoneElseIsLeftToIt() {
        byte[] foreign = new org.geoserver.nativecluster.nativelib.BinaryWriter().string("dismiss").toByteArray();
        List<byte[]> replies = new ArrayList<>();
        nodes.get(1).listen(event -> nodes.get(1).reply("request", new byte[] {42}));
        replies.add(nodes.get(0).request("id-of-B", foreign, 1));
        assertEquals(42, replies.get(0)[0]);
    }
}
