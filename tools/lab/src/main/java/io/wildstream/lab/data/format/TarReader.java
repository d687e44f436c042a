// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import io.wildstream.lab.data.DataSet;
import io.wildstream.lab.data.DataSetException;
import io.wildstream.lab.data.ImageHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Images in a tar archive, plain or compressed by gzip or xz: read once, front to back, into memory; nothing is unpacked
 * to disk. Refuses entries that point outside the archive and images, or archives, that are too large.
 */
final class TarReader {
    static final long MAX_ENTRY_BYTES = 16L << 20;
    static final long MAX_TOTAL_BYTES = 1L << 30;
    /** What memory an entry takes besides its bytes. */
    private static final int ENTRY_OVERHEAD = 256;

    private static final int MAX_XZ_DICTIONARY_KIB = 128 << 10;
    private static final int MAGIC_AT = 257;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

    private final Path archive;
    private final Map<String, byte[]> images = new HashMap<>();
    private long total;

    private TarReader(Path archive) {
        this.archive = archive;
    }

    /** Whether the first bytes are those of a tar archive, or of something compressed that may hold one. */
    static boolean accepts(byte[] head) {
        return starts(head, GZIP) || starts(head, XZ) || isTar(head);
    }

    static DataSet read(Path archive, String name) throws IOException {
        TarReader reader = new TarReader(archive);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            reader.readAll(in);
        } catch (DataSetException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // commons-compress answers some broken archives with runtime exceptions.
            throw new DataSetException(archive, "truncated or damaged: " + e.getMessage(), e);
        }
        FolderLayout layout = FolderLayout.of(archive, reader.images.keySet());
        return FolderReader.dataSet(archive, name, layout, reader::image);
    }

    private byte[] image(String path) throws IOException {
        byte[] image = images.get(path);
        if (image == null) {
            throw new NoSuchFileException(path);
        }
        return image;
    }

    private void readAll(InputStream in) throws IOException {
        InputStream plain = new BufferedInputStream(decompressed(in), 1 << 16);
        plain.mark(1024);
        if (!isTar(plain.readNBytes(512))) {
            throw new DataSetException(archive, "is compressed, but holds no tar archive");
        }
        plain.reset();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                readEntry(tar, entry);
            }
        }
    }

    private static InputStream decompressed(InputStream in) throws IOException {
        in.mark(XZ.length);
        byte[] head = in.readNBytes(XZ.length);
        in.reset();
        if (starts(head, GZIP)) {
            return new GZIPInputStream(in, 1 << 16);
        }
        if (starts(head, XZ)) {
            return XZCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(true)
                    .setMemoryLimitKiB(MAX_XZ_DICTIONARY_KIB)
                    .get();
        }
        return in;
    }

    private void readEntry(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        String name = safeName(entry.getName());
        if (!entry.isCheckSumOK()) {
            throw new DataSetException(archive, "damaged: the header of entry " + name + " does not fit its checksum");
        }
        if (!isRegularFile(entry) || !FolderLayout.isImage(name)) {
            return;
        }
        long size = entry.getSize();
        if (size > MAX_ENTRY_BYTES) {
            throw new DataSetException(
                    archive,
                    "entry " + name + " has " + size + " bytes, more than the " + MAX_ENTRY_BYTES
                            + " allowed for an image");
        }
        total += size + ENTRY_OVERHEAD;
        if (total > MAX_TOTAL_BYTES) {
            throw new DataSetException(
                    archive,
                    "holds more than " + MAX_TOTAL_BYTES + " bytes of images; unpack it and name the directory");
        }
        byte[] bytes = tar.readNBytes((int) size);
        if (bytes.length < size) {
            throw new DataSetException(archive, "truncated in entry " + name);
        }
        if (ImageHeader.contentType(bytes).isEmpty()) {
            throw new DataSetException(archive, "entry " + name + " is neither a PNG nor a JPEG file");
        }
        images.put(name, bytes);
    }

    private static boolean isRegularFile(TarArchiveEntry entry) {
        boolean device = entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
        return entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && !device;
    }

    private String safeName(String name) {
        String plain = name.replace('\\', '/');
        while (plain.startsWith("./")) {
            plain = plain.substring(2);
        }
        boolean outside = plain.startsWith("/") || List.of(plain.split("/", -1)).contains("..");
        if (outside) {
            throw new DataSetException(archive, "entry " + name + " points outside the archive");
        }
        return plain;
    }

    private static boolean isTar(byte[] head) {
        byte[] magic = "ustar".getBytes(StandardCharsets.US_ASCII);
        return head.length >= MAGIC_AT + magic.length
                && Arrays.equals(head, MAGIC_AT, MAGIC_AT + magic.length, magic, 0, magic.length);
    }

    private static boolean starts(byte[] head, byte[] magic) {
        return head.length >= magic.length && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
    }
}
