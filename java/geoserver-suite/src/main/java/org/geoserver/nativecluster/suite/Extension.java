// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The finished zip.
 *
 * @param zip the file
 */
public record Extension(Path zip) {
    /** The folder of native libraries in the jar. */
    private static final String LIBRARIES = "native/";

    /** Unpacks the zip, as an administrator does. */
    public void install(Webapp webapp) throws IOException {
        install(webapp, false);
    }

    /** Unpacks the zip, but with a jar that has no native library, as one built for other platforms would be. */
    public void installWithoutLibrary(Webapp webapp) throws IOException {
        install(webapp, true);
    }

    private void install(Webapp webapp, boolean withoutLibrary) throws IOException {
        try (ZipInputStream in = open()) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                Path target = webapp.lib().resolve(entry.getName());
                if (withoutLibrary && isJar(entry)) {
                    stripTo(target, content);
                } else {
                    Files.copy(new ByteArrayInputStream(content), target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** Removes what {@link #install} unpacked. */
    public void remove(Webapp webapp) throws IOException {
        try (ZipInputStream in = open()) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Files.delete(webapp.lib().resolve(entry.getName()));
            }
        }
    }

    private ZipInputStream open() throws IOException {
        return new ZipInputStream(Files.newInputStream(zip));
    }

    private static boolean isJar(ZipEntry entry) {
        return entry.getName().endsWith(".jar");
    }

    private static void stripTo(Path target, byte[] jar) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
                OutputStream file = Files.newOutputStream(target);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().startsWith(LIBRARIES)) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
    }
}
