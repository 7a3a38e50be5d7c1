// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geotools.api.feature.type.Name;
import org.geotools.feature.NameImpl;

/** What a status record says in words, but for the execution id. Immutable: statuses may share it. */
record Texts(Name process, String user, String task, String nodeId, String ownerId) {
    private static Texts read(BinaryReader record) {
        Name process = name(record.string(), record.string(), record.string());
        return new Texts(process, record.string(), record.string(), record.string(), record.string());
    }

    private static Name name(String namespace, String separator, String local) {
        return namespace == null && local == null ? null : new NameImpl(namespace, separator, local);
    }

    /** Remembers what was read last: of many processes on one page, most say the same. */
    static final class Last {
        private BinaryReader.Passage bytes;
        private Texts texts;

        Texts read(BinaryReader record) {
            if (bytes == null || !record.skip(bytes)) {
                int from = record.position();
                texts = Texts.read(record);
                bytes = record.since(from);
            }
            return texts;
        }
    }
}
