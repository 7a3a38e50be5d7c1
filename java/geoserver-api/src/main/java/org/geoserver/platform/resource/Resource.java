// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform.resource;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** A file or directory of a {@link ResourceStore}, or the place for one. */
public interface Resource {
    /** What is there. */
    enum Type {
        DIRECTORY,
        RESOURCE,
        UNDEFINED
    }

    /** Holds others off a resource. */
    interface Lock {
        void release();
    }

    String path();

    String name();

    Lock lock();

    void addListener(ResourceListener listener);

    void removeListener(ResourceListener listener);

    InputStream in();

    OutputStream out();

    File file();

    File dir();

    long lastmodified();

    Resource parent();

    Resource get(String resourcePath);

    List<Resource> list();

    Type getType();

    boolean delete();

    boolean renameTo(Resource dest);
}
