// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.geoserver.platform.resource.Resource;
import org.geoserver.platform.resource.ResourceListener;

/**
 * A document that stands in for one that is nowhere. It is not written to disk, where it would hide the real one that
 * may still come.
 */
final class DocumentResource implements Resource {
    private final Resource place;
    private final byte[] content;

    /**
     * @param place where the document would be
     * @param content the document
     */
    DocumentResource(Resource place, byte[] content) {
        this.place = place;
        this.content = content;
    }

    @Override
    public Type getType() {
        return Type.RESOURCE;
    }

    @Override
    public InputStream in() {
        return new ByteArrayInputStream(content);
    }

    @Override
    public long lastmodified() {
        return System.currentTimeMillis();
    }

    @Override
    public OutputStream out() {
        throw readOnly();
    }

    @Override
    public File file() {
        throw readOnly();
    }

    @Override
    public File dir() {
        throw readOnly();
    }

    @Override
    public boolean delete() {
        return false;
    }

    @Override
    public boolean renameTo(Resource dest) {
        return false;
    }

    private IllegalStateException readOnly() {
        return new IllegalStateException(path() + " is not on this node and cannot be written");
    }

    @Override
    public String path() {
        return place.path();
    }

    @Override
    public String name() {
        return place.name();
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
    public Resource parent() {
        return place.parent();
    }

    @Override
    public Resource get(String resourcePath) {
        return place.get(resourcePath);
    }

    @Override
    public List<Resource> list() {
        return List.of();
    }
}
