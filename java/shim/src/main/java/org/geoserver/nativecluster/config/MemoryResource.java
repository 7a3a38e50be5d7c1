// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.geoserver.platform.resource.Resource;
import org.geoserver.platform.resource.ResourceListener;

/** A directory without a disk: loaders of services only read and write files in one. */
final class MemoryResource implements Resource {
    private final String name;
    private final MemoryResource parent;
    private final Map<String, MemoryResource> files = new HashMap<>();
    private byte[] bytes;

    private MemoryResource(String name, MemoryResource parent) {
        this.name = name;
        this.parent = parent;
    }

    static MemoryResource directory() {
        return new MemoryResource("", null);
    }

    byte[] bytes() {
        return bytes;
    }

    void write(byte[] content) {
        bytes = content;
    }

    @Override
    public MemoryResource get(String file) {
        return files.computeIfAbsent(file, other -> new MemoryResource(other, this));
    }

    @Override
    public String path() {
        return name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Lock lock() {
        return () -> {};
    }

    @Override
    public void addListener(ResourceListener listener) {}

    @Override
    public void removeListener(ResourceListener listener) {}

    @Override
    public InputStream in() {
        if (bytes == null) {
            throw new IllegalStateException("there is no file " + name);
        }
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public OutputStream out() {
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                bytes = toByteArray();
            }
        };
    }

    @Override
    public File file() {
        throw new UnsupportedOperationException("it is not on disk");
    }

    @Override
    public File dir() {
        throw new UnsupportedOperationException("it is not on disk");
    }

    @Override
    public long lastmodified() {
        return 0;
    }

    @Override
    public Resource parent() {
        return parent;
    }

    @Override
    public List<Resource> list() {
        return List.copyOf(files.values());
    }

    @Override
    public Type getType() {
        return parent == null ? Type.DIRECTORY : bytes == null ? Type.UNDEFINED : Type.RESOURCE;
    }

    @Override
    public boolean delete() {
        bytes = null;
        return true;
    }

    @Override
    public boolean renameTo(Resource dest) {
        throw new UnsupportedOperationException("it stays where it is");
    }
}
