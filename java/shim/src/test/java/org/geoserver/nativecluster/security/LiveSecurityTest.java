// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.security.impl.AbstractAccessRuleDAO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;

/** GeoServer's rules, as far as a stand-in for them can say; the rest is for the suite in a real one. */
class LiveSecurityTest {
    @TempDir
    Path directory;

    private final Rules rules = new Rules();
    private final GenericApplicationContext context = new GenericApplicationContext();

    @BeforeEach
    void start() {
        context.registerBean(GeoServerExtensions.class);
        context.registerBean(Rules.class, () -> rules);
        context.refresh();
    }

    @AfterEach
    void stop() {
        context.close();
    }

    /** GeoServer makes all its decisions anew when rules were read, during somebody's request. */
    @Test
    void rulesThatGeoServerHasWrittenItselfAreNotReadOnceMore() throws IOException {
        rules.held.setProperty("*.*.r", "*");
        Path file = directory.resolve("layers.properties");
        Security security = new LiveSecurity(null, null, directory);
        Files.writeString(file, "# of some day\n*.*.r = *\n");
        security.reloadRules(Set.of("layers.properties"));
        assertEquals(0, rules.reloads);
        Files.writeString(file, "*.*.r=ADMIN\n");
        security.reloadRules(Set.of("services.properties"));
        assertEquals(0, rules.reloads);
        security.reloadRules(Set.of("layers.properties"));
        assertEquals(1, rules.reloads, "what somebody else wrote is");
        Files.writeString(file, "*.*.r=\\u12\n");
        security.reloadRules(Set.of("layers.properties"));
        Files.delete(file);
        security.reloadRules(Set.of("layers.properties"));
        assertEquals(3, rules.reloads, "what to do with a file that is broken or gone is GeoServer's to say");
    }

    @Test
    void restRulesAreReadAnewWhereNothingIsMadeOfThem() {
        rules.file("rest.properties");
        new LiveSecurity(null, null, directory).reloadRules(Set.of("rest.properties"));
        assertEquals(1, rules.reloads);
    }

    @Test
    void ifNobodySaysWhereRulesAreAllAreReadAnew() {
        rules.file(null);
        new LiveSecurity(null, null, directory).reloadRules(Set.of("layers.properties"));
        assertEquals(1, rules.reloads);
    }

    private static final class Rules extends AbstractAccessRuleDAO<String> {
        final Properties held = new Properties();
        int reloads;

        Rules() {
            super(null, "layers.properties");
        }

        /** The field of GeoServer's. */
        void file(String name) {
            try {
                Field file = AbstractAccessRuleDAO.class.getDeclaredField("propertyFileName");
                file.setAccessible(true);
                file.set(this, name);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void reload() {
            reloads++;
        }

        @Override
        protected Properties toProperties() {
            return held;
        }
    }
}
