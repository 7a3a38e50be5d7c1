// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** One version of an object, for people to read and compare. Passwords are left out: what is restored has them. */
final class Version {
    /** Larger ones are not shown: they are files nobody compares by eye. */
    static final int MAX_SHOWN = 1_000_000;

    /** How elements, and entries of maps, are called that hold a password or key. */
    private static final String SECRET_NAME =
            "[\\w .:-]*(?i:passw|passphrase|pwd|secret|token|(?:access|api|account)[ _-]?key)[\\w .:-]*";

    private static final Pattern SECRET_ELEMENT = Pattern.compile("(<(" + SECRET_NAME + ")(?: [^>]*)?>)[^<]*(?=</\\2>)");
    private static final Pattern SECRET_ENTRY =
            Pattern.compile("(<entry key=(?:\"" + SECRET_NAME + "\"|'" + SECRET_NAME + "')[^>]*>)[^<]*(?=</entry>)");
    private static final Pattern SECRET_PAIR =
            Pattern.compile("(<string>" + SECRET_NAME + "</string>\\s*<string>)[^<]*(?=</string>)");
    private static final Pattern SECRET_ATTRIBUTE = Pattern.compile("(\\b(?:" + SECRET_NAME + ")=)(?:\"[^\"]*\"|'[^']*')");

    private Version() {}

    /** As JSON: {@code {"text": …}}, or {@code {"base64": …}} of what is no text; null: there is none. */
    static String json(String key, byte[] content) {
        if (content == null) {
            return "null";
        }
        JsonText json = new JsonText().put("bytes", content.length);
        if (key.startsWith("security/")) {
            return json.put("hidden", "what protects GeoServer is not shown").toString();
        }
        if (content.length > MAX_SHOWN) {
            return json.put("hidden", "larger than " + MAX_SHOWN + " bytes").toString();
        }
        String text = text(content);
        return text == null
                ? json.put("base64", Base64.getEncoder().encodeToString(content)).toString()
                : json.put("text", withoutSecrets(text)).toString();
    }

    private static String text(byte[] content) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            return text.indexOf('\0') < 0 ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static String withoutSecrets(String xml) {
        String text = SECRET_ENTRY.matcher(xml).replaceAll("$1***");
        text = SECRET_PAIR.matcher(text).replaceAll("$1***");
        text = SECRET_ELEMENT.matcher(text).replaceAll("$1***");
        return SECRET_ATTRIBUTE.matcher(text).replaceAll("$1\"***\"");
    }
}
