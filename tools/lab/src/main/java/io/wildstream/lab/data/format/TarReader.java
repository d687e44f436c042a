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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Images in a tar archive, plain or compressed by gzip or xz: read once, front to back, into memory; nothing is unpacked
 * to disk. Refuses entries that point outside the archive and images, or archives, that are too large.
 */
final class TarReader {
    static final long MAX_TOTAL_BYTES = 1L << 30;
    /** What memory an entry takes besides its bytes. */
    private static final int ENTRY_OVERHEAD = 256;
    /** Bytes that are kept of a file that is no image: enough to say what it is. */
    private static final int KEPT_OF_OTHERS = 64;

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
        reader.readAll(reader::readImage);
        FolderLayout layout = FolderLayout.of(archive, reader.images.keySet());
        return FolderReader.dataSet(archive, name, layout, reader::image);
    }

    /** The files as they are; of those that are neither PNG nor JPEG only the first bytes. */
    static FileSet files(Path archive, String name) throws IOException {
        TarReader reader = new TarReader(archive);
        Map<String, String> skipped = new TreeMap<>();
        reader.readAll((tar, entry) -> reader.readFile(tar, entry, skipped));
        return new FileSet(name, List.copyOf(new TreeSet<>(reader.images.keySet())), skipped, reader::image);
    }

    /** What is done with an entry; its bytes come next in the archive. */
    private interface EntryReader {
        void read(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException;
    }

    private byte[] image(String path) throws IOException {
        byte[] image = images.get(path);
        if (image == null) {
            throw new NoSuchFileException(path);
        }
        return image;
    }

    private void readAll(EntryReader reader) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            readAll(in, reader);
        } catch (DataSetException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // commons-compress answers some broken archives with runtime exceptions.
            throw new DataSetException(archive, "truncated or damaged: " + e.getMessage(), e);
        }
    }

    private void readAll(InputStream in, EntryReader reader) throws IOException {
        InputStream plain = new BufferedInputStream(decompressed(in), 1 << 16);
        plain.mark(1024);
        if (!isTar(plain.readNBytes(512))) {
            throw new DataSetException(archive, "is compressed, but holds no tar archive");
        }
        plain.reset();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                requireWhole(entry);
                reader.read(tar, entry);
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

    private void requireWhole(TarArchiveEntry entry) {
        if (!entry.isCheckSumOK()) {
            throw new DataSetException(
                    archive, "damaged: the header of entry " + entry.getName() + " does not fit its checksum");
        }
    }

    private void readImage(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        String name = plainName(entry.getName());
        if (isOutside(name)) {
            throw new DataSetException(archive, "entry " + entry.getName() + " points outside the archive");
        }
        if (!isRegularFile(entry) || !FolderLayout.isImage(name)) {
            return;
        }
        long size = entry.getSize();
        if (size > FileSet.MAX_BYTES) {
            throw new DataSetException(
                    archive,
                    "entry " + name + " has " + size + " bytes, more than the " + FileSet.MAX_BYTES
                            + " allowed for an image");
        }
        byte[] bytes = read(tar, name, size);
        if (ImageHeader.contentType(bytes).isEmpty()) {
            throw new DataSetException(archive, "entry " + name + " is neither a PNG nor a JPEG file");
        }
        images.put(name, bytes);
    }

    private void readFile(TarArchiveInputStream tar, TarArchiveEntry entry, Map<String, String> skipped)
            throws IOException {
        String name = plainName(entry.getName());
        long size = entry.getSize();
        if (entry.isDirectory()) {
            return;
        }
        if (isOutside(name)) {
            skipped.put(name, "entry that points outside the archive");
        } else if (!isRegularFile(entry)) {
            skipped.put(name, "no regular file");
        } else if (size > FileSet.MAX_BYTES) {
            skipped.put(name, FileSet.TOO_LARGE);
        } else {
            byte[] head = read(tar, name, Math.min(size, KEPT_OF_OTHERS));
            boolean wanted = ImageHeader.contentType(head).isPresent() && size > head.length;
            images.put(name, wanted ? joined(head, read(tar, name, size - head.length)) : head);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private byte[] read(TarArchiveInputStream tar, String name, long size) throws IOException {
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
        return bytes;
    }

    private static boolean isRegularFile(TarArchiveEntry entry) {
        boolean device = entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
        return entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && !device;
    }

    private static String plainName(String name) {
        String plain = name.replace('\\', '/');
        while (plain.startsWith("./")) {
            plain = plain.substring(2);
        }
        return plain;
    }

    private static boolean isOutside(String name) {
        return name.startsWith("/") || List.of(name.split("/", -1)).contains("..");
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
