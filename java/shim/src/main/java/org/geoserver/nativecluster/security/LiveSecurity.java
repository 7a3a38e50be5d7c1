// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.GeoServerConfigurationLock.LockType;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.security.GeoServerSecurityManager;
import org.geoserver.security.GeoServerUserGroupService;
import org.geoserver.security.impl.AbstractAccessRuleDAO;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

/**
 * GeoServer's own. Password encoders and the keystore are reached by reflection: their types inherit from Spring Security's,
 * which is another one on each line of GeoServer.
 */
final class LiveSecurity implements Security {
    private static final int KEY_BYTES = 32;
    private static final String REST_RULES = "rest.properties";

    private static final Logger LOGGER = Logging.getLogger(LiveSecurity.class);

    private final GeoServerSecurityManager manager;
    private final GeoServerConfigurationLock lock;
    private final Path directory;
    private final File keystore;

    /** By kind and service, for as long as the keystore stays the same: to take a key out of it takes a tenth of a second. */
    private final Map<String, Object> encoders = new HashMap<>();

    private long keystoreModified;

    /** @param directory that of the manager's files, with the keystore that encoders have their keys from */
    LiveSecurity(GeoServerSecurityManager manager, GeoServerConfigurationLock lock, Path directory) {
        this.manager = manager;
        this.lock = lock;
        this.directory = directory;
        this.keystore = directory.resolve(SecurityFiles.KEYSTORE).toFile();
    }

    @Override
    public void reload() {
        manager.reload();
        makeRules();
        forgetAuthenticated();
    }

    @Override
    public void makeRules() {
        GeoServerExtensions.extensions(AbstractAccessRuleDAO.class).forEach(LiveSecurity::reload);
    }

    @Override
    public boolean whileNobodyEdits(Runnable action) {
        if (!lock.tryLock(LockType.WRITE)) {
            return false;
        }
        try {
            action.run();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void reloadRules(Set<String> files) {
        for (AbstractAccessRuleDAO<?> rules : GeoServerExtensions.extensions(AbstractAccessRuleDAO.class)) {
            String file = file(rules);
            if (file == null || files.contains(file) && (file.equals(REST_RULES) || !holds(rules, directory.resolve(file)))) {
                reload(rules);
            }
        }
    }

    private static void reload(AbstractAccessRuleDAO<?> rules) {
        String file = file(rules);
        boolean ofRest = file == null || file.equals(REST_RULES);
        Object decisions = ofRest ? restDecisions() : null;
        if (decisions == null) {
            rules.reload();
        } else {
            reloadRestRules(rules, decisions);
        }
    }

    /**
     * Whether the rules are those in the file, as after an edit on this node: with rules read once more GeoServer makes anew
     * what it decides by, during somebody's request.
     */
    private static boolean holds(AbstractAccessRuleDAO<?> rules, Path file) {
        Properties there = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            there.load(in);
            Method here = AbstractAccessRuleDAO.class.getDeclaredMethod("toProperties");
            here.setAccessible(true);
            return there.equals(here.invoke(rules));
        } catch (IOException | IllegalArgumentException | ReflectiveOperationException e) {
            return false;
        }
    }

    /** Null: this version of GeoServer keeps none. */
    private static Object restDecisions() {
        try {
            return GeoServerExtensions.bean("restFilterDefinitionMap");
        } catch (NoSuchBeanDefinitionException e) {
            return null;
        }
    }

    /**
     * Who asks for REST's rules while they are read may get half of them, of which GeoServer would make the decisions from then
     * on. It makes them under this monitor; and anew only if it is told, for it only looks whether the file was changed.
     */
    private static void reloadRestRules(AbstractAccessRuleDAO<?> rules, Object decisions) {
        synchronized (decisions) {
            rules.reload();
            call(decisions, "reload");
            call(decisions, "getAllConfigAttributes");
        }
    }

    /** GeoServer has no method that says it; null: this version does not say it at all, so they may be in any. */
    private static String file(AbstractAccessRuleDAO<?> rules) {
        try {
            Field file = AbstractAccessRuleDAO.class.getDeclaredField("propertyFileName");
            file.setAccessible(true);
            return (String) file.get(rules);
        } catch (ReflectiveOperationException e) {
            LOGGER.log(Level.FINE, "All rules are read anew: this version of GeoServer does not say in which file they are", e);
            return null;
        }
    }

    @Override
    public void reloadUsers(String service) {
        try {
            manager.loadUserGroupService(service).load();
        } catch (IOException e) {
            throw new UncheckedIOException("the users of " + service + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void reloadRoles(String service) {
        try {
            manager.loadRoleService(service).load();
        } catch (IOException e) {
            throw new UncheckedIOException("the roles of " + service + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void rewritePasswords() {
        try {
            manager.updateConfigurationFilesWithEncryptedFields();
        } catch (IOException e) {
            throw new UncheckedIOException("passwords cannot be written with the shared keystore: " + e.getMessage(), e);
        }
    }

    @Override
    public void forgetAuthenticated() {
        manager.getAuthenticationCache().removeAll();
    }

    @Override
    public String open(String kind, String service, String encrypted) {
        return (String) call(encoder(kind, service), "decode", encrypted);
    }

    @Override
    public String lock(String kind, String service, String password) {
        return (String) call(encoder(kind, service), "encodePassword", password, (Object) null);
    }

    private Object encoder(String kind, String service) {
        if (service != null) {
            makeKey(service);
        }
        long modified = keystore.lastModified();
        if (modified != keystoreModified) {
            encoders.clear();
            keystoreModified = modified;
        }
        return encoders.computeIfAbsent(kind + ' ' + service, any -> newEncoder(kind, service));
    }

    private Object newEncoder(String kind, String service) {
        String bean = kind.equals("crypt2") ? "strongPbePasswordEncoder" : "pbePasswordEncoder";
        Object encoder = call(manager, "loadPasswordEncoder", bean);
        if (encoder == null) {
            throw new IllegalStateException("this GeoServer has no " + bean);
        }
        if (service != null) {
            // the encoder only asks for the name, from which it knows the key
            Object named = Proxy.newProxyInstance(
                    manager.getClass().getClassLoader(),
                    new Class<?>[] {GeoServerUserGroupService.class},
                    (proxy, method, arguments) -> method.getName().equals("getName") ? service : null);
            call(encoder, "initializeFor", named);
        }
        return encoder;
    }

    /** GeoServer makes a service's key when it first loads the service, which may be only after this. */
    private void makeKey(String service) {
        Object keys = call(manager, "getKeyStoreProvider");
        if (!(Boolean) call(keys, "hasUserGroupKey", service)) {
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            char[] key = Base64.getEncoder().encodeToString(random).toCharArray();
            try {
                call(keys, "setUserGroupKey", service, key);
                call(keys, "storeKeyStore");
            } finally {
                Arrays.fill(random, (byte) 0);
                Arrays.fill(key, ' ');
            }
        }
    }

    private static Object call(Object object, String name, Object... arguments) {
        try {
            for (Method method : object.getClass().getMethods()) {
                if (method.getName().equals(name) && fits(method.getParameterTypes(), arguments)) {
                    method.setAccessible(true);
                    return method.invoke(object, arguments);
                }
            }
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("this version of GeoServer has no method " + name + " in " + object.getClass());
    }

    private static boolean fits(Class<?>[] types, Object[] arguments) {
        if (types.length != arguments.length) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (arguments[i] == null ? types[i].isPrimitive() : !types[i].isInstance(arguments[i])) {
                return false;
            }
        }
        return true;
    }
}
