// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

/** What native code can filter and sort statuses by. The declaration order is that of the native codes. */
enum Field {
    EXECUTION_ID("executionId", true, false),
    PROCESS_NAME("processName", true, false),
    ASYNCHRONOUS("asynchronous", false, false),
    PHASE("phase", false, false),
    PROGRESS("progress", false, false),
    USER_NAME("userName", true, true),
    CREATION_TIME("creationTime", false, true),
    COMPLETION_TIME("completionTime", false, true),
    LAST_UPDATED("lastUpdated", false, true),
    EXPIRATION_DATE("expirationDate", false, true),
    ESTIMATED_COMPLETION("estimatedCompletion", false, true),
    NEXT_POLL("nextPoll", false, true),
    TASK("task", true, true),
    NODE_ID("nodeId", true, true);

    private final String property;
    private final boolean text;
    private final boolean nullable;

    Field(String property, boolean text, boolean nullable) {
        this.property = property;
        this.text = text;
        this.nullable = nullable;
    }

    /** The field that is a property of GeoServer's bean, or null. */
    static Field ofProperty(String property) {
        for (Field field : values()) {
            if (field.property.equals(property)) {
                return field;
            }
        }
        return null;
    }

    int code() {
        return ordinal();
    }

    /** True if GeoServer's filters see exactly the string that the record has. */
    boolean isText() {
        return text;
    }

    boolean isNullable() {
        return nullable;
    }
}
