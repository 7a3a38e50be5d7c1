// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform.resource;

import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A file of a {@link FileSystemResourceStore}. As GeoServer's, {@link #out()} creates the file empty at once and
 * replaces it when the stream is closed, so whoever looks in between sees an empty file.
 */
final class FileResource implements Resource {
    private final File base;
    private final String path;
    private final File file;

    FileResource(File base, String path) {
        this.base = base;
        this.path = path;
        this.file = path.isEmpty() ? base : new File(base, path);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
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
        try {
            return Files.newInputStream(file.toPath());
        } catch (IOException e) {
            throw new IllegalStateException("File not found " + file, e);
        }
    }

    @Override
    public OutputStream out() {
        Path target = file().toPath();
        Path temporary = target.resolveSibling(name() + "." + UUID.randomUUID() + ".tmp");
        try {
            return new FilterOutputStream(Files.newOutputStream(temporary)) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }

                @Override
                public void close() throws IOException {
                    super.close();
                    if (Files.exists(temporary)) {
                        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            };
        } catch (IOException e) {
            throw new IllegalStateException("Cannot access " + file, e);
        }
    }

    @Override
    public File file() {
        try {
            Files.createDirectories(file.getParentFile().toPath());
            if (!file.exists()) {
                Files.createFile(file.toPath());
            }
            return file;
        } catch (IOException e) {
            throw new IllegalStateException("Cannot create " + path, e);
        }
    }

    @Override
    public File dir() {
        try {
            return Files.createDirectories(file.toPath()).toFile();
        } catch (IOException e) {
            throw new IllegalStateException("Cannot create " + path, e);
        }
    }

    @Override
    public long lastmodified() {
        return file.lastModified();
    }

    @Override
    public Resource parent() {
        int slash = path.lastIndexOf('/');
        return new FileResource(base, slash < 0 ? "" : path.substring(0, slash));
    }

    @Override
    public Resource get(String resourcePath) {
        return new FileResource(base, path.isEmpty() ? resourcePath : path + "/" + resourcePath);
    }

    @Override
    public List<Resource> list() {
        List<Resource> children = new ArrayList<>();
        String[] names = file.list();
        if (names != null) {
            for (String name : names) {
                children.add(get(name));
            }
        }
        return children;
    }

    @Override
    public Type getType() {
        if (!file.exists()) {
            return Type.UNDEFINED;
        }
        return file.isDirectory() ? Type.DIRECTORY : Type.RESOURCE;
    }

    @Override
    public boolean delete() {
        boolean deleted = true;
        for (Resource child : list()) {
            deleted &= child.delete();
        }
        return file.delete() && deleted;
    }

    @Override
    public boolean renameTo(Resource dest) {
        return file.renameTo(((FileResource) dest).file);
    }

    @Override
    public String toString() {
        return file.getAbsolutePath();
    }
}
