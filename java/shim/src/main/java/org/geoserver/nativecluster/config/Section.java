// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.IOException;
import java.util.function.Consumer;

/** One kind of configuration object: where it is kept in GeoServer, as XML with this node's ids. */
interface Section {
    /** Whether a key is of this kind. */
    boolean has(String key);

    /** The keys of all objects that are here. */
    void keys(Consumer<String> each);

    /** What GeoServer's persister writes of an object; null: there is none. */
    byte[] xml(String key) throws IOException;

    /**
     * What GeoServer's persister writes of what it reads of XML.
     *
     * @param xml as for {@link #put}
     */
    byte[] reread(String key, byte[] xml) throws IOException;

    /** The file of an object in the data directory. */
    String file(String key);

    /**
     * Makes the object say what the XML says; adds it if it is not there.
     *
     * @throws NotYet if something that it needs is not there
     */
    void put(String key, byte[] xml) throws IOException;

    /** Removes the object if it is there. */
    void remove(String key);

    /** Something else is to be applied first. */
    final class NotYet extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String[] needs;

        /** @param needs the keys of objects of which one has to be here first, if that is why */
        NotYet(String message, String... needs) {
            super(message, null, false, false);
            this.needs = needs;
        }

        String[] needs() {
            return needs;
        }
    }
}
