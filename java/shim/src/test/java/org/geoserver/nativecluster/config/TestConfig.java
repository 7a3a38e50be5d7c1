// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.geoserver.catalog.Info;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.config.GeoServerInfo;
import org.geoserver.config.LoggingInfo;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.SettingsInfo;

/** Configuration objects of the forms that GeoServer's have: parts, maps, machinery beside the properties. */
public final class TestConfig {
    private TestConfig() {}

    public interface Global extends GeoServerInfo {
        Settings getSettings();

        void setSettings(Settings settings);

        CoverageAccess getCoverageAccess();

        void setCoverageAccess(CoverageAccess access);

        String getLockProviderName();

        void setLockProviderName(String name);

        Boolean isGlobalServices();

        void setGlobalServices(Boolean global);

        /** As in GeoServer: no setter here. */
        Map<String, String> getMetadata();
    }

    public static final class GlobalBean implements Global {
        private static final long serialVersionUID = 1;
        private SettingsBean settings = new SettingsBean();
        private CoverageAccess coverageAccess = new CoverageAccess();
        private String lockProviderName;
        private Boolean globalServices = true;
        private Map<String, String> metadata = new HashMap<>();
        private long updateSequence;

        @Override
        public String getId() {
            return null;
        }

        @Override
        public Settings getSettings() {
            return settings;
        }

        @Override
        public void setSettings(Settings value) {
            settings = (SettingsBean) value;
        }

        @Override
        public CoverageAccess getCoverageAccess() {
            return coverageAccess;
        }

        @Override
        public void setCoverageAccess(CoverageAccess value) {
            coverageAccess = value;
        }

        @Override
        public String getLockProviderName() {
            return lockProviderName;
        }

        @Override
        public void setLockProviderName(String value) {
            lockProviderName = value;
        }

        @Override
        public Boolean isGlobalServices() {
            return globalServices;
        }

        @Override
        public void setGlobalServices(Boolean value) {
            globalServices = value;
        }

        @Override
        public Map<String, String> getMetadata() {
            return metadata;
        }

        public void setMetadata(Map<String, String> value) {
            metadata = value;
        }

        /** As in GeoServer: for old files, by another way to the same. */
        public Contact getContact() {
            return settings.getContact();
        }

        public void setContact(Contact value) {
            throw new UnsupportedOperationException("changed past the proxy");
        }

        @Override
        public long getUpdateSequence() {
            return updateSequence;
        }

        @Override
        public void setUpdateSequence(long value) {
            updateSequence = value;
        }
    }

    /** Its pool is running. */
    public static final class CoverageAccess {
        private int maxPoolSize = 5;
        private final transient Object threadPoolExecutor = new Object();

        public int getMaxPoolSize() {
            return maxPoolSize;
        }

        public void setMaxPoolSize(int value) {
            maxPoolSize = value;
        }

        public Object getThreadPoolExecutor() {
            return threadPoolExecutor;
        }
    }

    public interface Settings extends SettingsInfo {
        Contact getContact();

        void setContact(Contact contact);

        String getTitle();

        void setTitle(String title);

        String getProxyBaseUrl();

        void setProxyBaseUrl(String url);

        int getNumDecimals();

        void setNumDecimals(int decimals);
    }

    public static final class SettingsBean implements Settings {
        private static final long serialVersionUID = 1;
        private String id;
        private WorkspaceInfo workspace;
        private ContactBean contact = new ContactBean();
        private String title;
        private String proxyBaseUrl;
        private int numDecimals = 4;

        @Override
        public String getId() {
            return id;
        }

        public void setId(String value) {
            id = value;
        }

        @Override
        public WorkspaceInfo getWorkspace() {
            return workspace;
        }

        @Override
        public void setWorkspace(WorkspaceInfo value) {
            workspace = value;
        }

        @Override
        public Contact getContact() {
            return contact;
        }

        @Override
        public void setContact(Contact value) {
            contact = (ContactBean) value;
        }

        @Override
        public String getTitle() {
            return title;
        }

        @Override
        public void setTitle(String value) {
            title = value;
        }

        @Override
        public String getProxyBaseUrl() {
            return proxyBaseUrl;
        }

        @Override
        public void setProxyBaseUrl(String value) {
            proxyBaseUrl = value;
        }

        @Override
        public int getNumDecimals() {
            return numDecimals;
        }

        @Override
        public void setNumDecimals(int value) {
            numDecimals = value;
        }
    }

    public interface Contact extends Info {
        String getContactPerson();

        void setContactPerson(String person);
    }

    public static final class ContactBean implements Contact {
        private static final long serialVersionUID = 1;
        private String id = "contact";
        private String contactPerson;

        @Override
        public String getId() {
            return id;
        }

        public void setId(String value) {
            id = value;
        }

        @Override
        public String getContactPerson() {
            return contactPerson;
        }

        @Override
        public void setContactPerson(String value) {
            contactPerson = value;
        }
    }

    public interface Logging extends LoggingInfo {
        String getLevel();

        void setLevel(String level);

        String getLocation();

        void setLocation(String location);
    }

    public static final class LoggingBean implements Logging {
        private static final long serialVersionUID = 1;
        private String level = "DEFAULT_LOGGING";
        private String location = "logs/geoserver.log";

        @Override
        public String getId() {
            return null;
        }

        @Override
        public String getLevel() {
            return level;
        }

        @Override
        public void setLevel(String value) {
            level = value;
        }

        @Override
        public String getLocation() {
            return location;
        }

        @Override
        public void setLocation(String value) {
            location = value;
        }
    }

    public interface Wms extends ServiceInfo {
        String getTitle();

        void setTitle(String title);

        Boolean isBBOXForEachCRS();

        void setBBOXForEachCRS(Boolean value);

        int getRemoteStyleTimeout();

        void setRemoteStyleTimeout(int millis);

        List<String> getKeywords();
    }

    public static final class WmsBean implements Wms {
        private static final long serialVersionUID = 1;
        private String id;
        private WorkspaceInfo workspace;
        private String name = "WMS";
        private String title;
        private Boolean bboxForEachCRS;
        private Integer remoteStyleTimeout;
        private List<String> keywords = new ArrayList<>();

        @Override
        public String getId() {
            return id;
        }

        public void setId(String value) {
            id = value;
        }

        @Override
        public WorkspaceInfo getWorkspace() {
            return workspace;
        }

        @Override
        public void setWorkspace(WorkspaceInfo value) {
            workspace = value;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getTitle() {
            return title;
        }

        @Override
        public void setTitle(String value) {
            title = value;
        }

        /** As GeoServer's: nothing counts as false. */
        @Override
        public Boolean isBBOXForEachCRS() {
            return bboxForEachCRS != null && bboxForEachCRS;
        }

        @Override
        public void setBBOXForEachCRS(Boolean value) {
            bboxForEachCRS = value;
        }

        /** As GeoServer's: nothing counts as half a minute. */
        @Override
        public int getRemoteStyleTimeout() {
            return remoteStyleTimeout == null ? 30_000 : remoteStyleTimeout;
        }

        @Override
        public void setRemoteStyleTimeout(int millis) {
            remoteStyleTimeout = millis;
        }

        void forgetRemoteStyleTimeout() {
            remoteStyleTimeout = null;
        }

        @Override
        public List<String> getKeywords() {
            return keywords;
        }

        public void setKeywords(List<String> value) {
            keywords = value;
        }
    }

    public static final class Workspace implements WorkspaceInfo {
        private static final long serialVersionUID = 1;
        private final String id;
        private String name;

        Workspace(String id, String name) {
            this.id = id;
            this.name = name;
        }

        @Override
        public String getId() {
            return id;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public void setName(String value) {
            name = value;
        }
    }
}
