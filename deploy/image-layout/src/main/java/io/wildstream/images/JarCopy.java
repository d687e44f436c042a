// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Copies jars and takes the native libraries out of them. */
final class JarCopy {

    private final NativeLibraries libraries;
    private final Path image;

    /**
     * Prepares copies.
     *
     * @param image directory below which native libraries go
     */
    JarCopy(NativeLibraries libraries, Path image) {
        this.libraries = libraries;
        this.image = image;
    }

    /** Copies one jar; byte by byte when it holds no native library. */
    void copy(Path jar, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            List<ZipEntry> entries = zip.stream().map(ZipEntry.class::cast).toList();
            if (entries.stream().noneMatch(entry -> libraries.isNative(entry.getName()))) {
                Files.copy(jar, target, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            try (OutputStream file = Files.newOutputStream(target);
                    ZipOutputStream out = new ZipOutputStream(file)) {
                for (ZipEntry entry : entries) {
                    copy(zip, entry, out);
                }
            }
        }
    }

    private void copy(ZipFile zip, ZipEntry entry, ZipOutputStream out) throws IOException {
        try (InputStream content = zip.getInputStream(entry)) {
            if (!libraries.isNative(entry.getName())) {
                ZipEntry copied = new ZipEntry(entry.getName());
                copied.setTime(entry.getTime());
                out.putNextEntry(copied);
                content.transferTo(out);
                out.closeEntry();
                return;
            }
            String place = libraries.place(entry.getName()).orElse(null);
            if (place != null) {
                Path target = image.resolve(place);
                Files.createDirectories(target.getParent());
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
