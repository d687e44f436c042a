// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.wildstream.contracts.v1.LabelledSample;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * A holdout set as one file: a gzip stream of {@link LabelledSample} messages, each after its length as a protobuf varint.
 *
 * <p>Reading holds all samples in memory: a holdout is some ten thousand small images.
 */
public final class HoldoutFile {

    private static final int MAX_SAMPLE_BYTES = 32 << 20;
    private static final long MAX_BYTES = 1L << 30;

    private HoldoutFile() {}

    /**
     * Writes all samples; the file appears complete or not at all.
     *
     * @param file replaced when it exists; its directory is made when missing
     * @return how many samples were written
     * @throws IOException when the file cannot be written
     */
    public static int write(Path file, Iterator<LabelledSample> samples) throws IOException {
        Path directory =
                Objects.requireNonNull(file.toAbsolutePath().getParent(), "the file system root is not a holdout file");
        Files.createDirectories(directory);
        Path unfinished = directory.resolve(file.getFileName() + ".part");
        try {
            int written = 0;
            try (OutputStream out = new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(unfinished)))) {
                while (samples.hasNext()) {
                    samples.next().writeDelimitedTo(out);
                    written++;
                }
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return written;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /**
     * Reads all samples in their order.
     *
     * @throws IOException when the file is absent, not a holdout file, truncated, or empty; the message names it
     */
    public static List<LabelledSample> read(Path file) throws IOException {
        List<LabelledSample> samples = new ArrayList<>();
        long bytes = 0;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int first = in.read(); first >= 0; first = in.read()) {
                int size = CodedInputStream.readRawVarint32(first, in);
                bytes += size;
                if (size < 0 || size > MAX_SAMPLE_BYTES || bytes > MAX_BYTES) {
                    throw new IOException("%s: sample %d claims %s bytes; at most %d are read, %d in all"
                            .formatted(
                                    file, samples.size(), Integer.toUnsignedString(size), MAX_SAMPLE_BYTES, MAX_BYTES));
                }
                samples.add(LabelledSample.parseFrom(readFully(in, size)));
            }
        } catch (EOFException e) {
            throw new IOException(file + ": truncated after " + samples.size() + " samples", e);
        } catch (ZipException e) {
            throw new IOException(file + ": not a gzip stream of labelled samples: " + e.getMessage(), e);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(file + ": sample " + samples.size() + " cannot be read: " + e.getMessage(), e);
        }
        if (samples.isEmpty()) {
            throw new IOException(file + ": contains no samples");
        }
        return samples;
    }

    /** Allocates as bytes arrive, so a false size costs no memory. */
    private static byte[] readFully(InputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new InvalidProtocolBufferException("it claims " + size + " bytes, but " + bytes.length + " are left");
        }
        return bytes;
    }
}
