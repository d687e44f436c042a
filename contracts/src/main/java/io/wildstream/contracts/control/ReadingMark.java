// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a process reads a topic, kept in a file, so that a record on which the process ends (one that unpacks to more than its memory) does
 * not end it for ever. Kafka's clients unpack a record before anybody can look at it: that it is about to be read is all that can be known.
 *
 * <p>After an end that was not in order, records are read one at a time, and each is marked before it is read. A record on which the
 * process has ended {@value #ENDS} times while it read nothing else is skipped from then on. When the skipped record is part of a larger
 * batch, its neighbours cannot be unpacked either: each further skip beside it is twice as long.
 *
 * <p>Without a usable directory nothing is marked, and nothing is skipped. Belongs to one thread.
 */
final class ReadingMark implements AutoCloseable {

    /** A range of offsets that is skipped, the second excluded, of the topic with this id. */
    record Skip(String topicId, long from, long to) {}

    /** Ends on one record after which it is skipped. */
    static final int ENDS = 2;

    private static final Logger LOGGER = LoggerFactory.getLogger(ReadingMark.class);
    private static final int BYTES = Long.BYTES + Integer.BYTES;
    private static final int IN_ORDER = -1;

    private final Path skipFile;
    private final FileChannel file;
    private final List<Skip> skips;
    private final ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    /** What the process before this one has marked; -1 when it ended in order. */
    private final long suspect;

    private final int ends;
    private long marked = -1;
    private int markedEnds = -1;

    private ReadingMark(Path skipFile, FileChannel file, List<Skip> skips) throws IOException {
        this.skipFile = skipFile;
        this.file = file;
        this.skips = skips;
        long offset = -1;
        int count = IN_ORDER;
        if (file.read(buffer, 0) == BYTES) {
            buffer.flip();
            offset = buffer.getLong();
            count = buffer.getInt();
        }
        this.suspect = count == IN_ORDER ? -1 : offset;
        this.ends = Math.max(0, count);
    }

    /** The mark of a topic in a directory, or null when the directory cannot be used. */
    static @org.jspecify.annotations.Nullable ReadingMark open(Path directory, String topic) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            requireOwn(directory);
            Path skipFile = directory.resolve(topic + ".skipped");
            List<Skip> skips = new ArrayList<>();
            if (Files.exists(skipFile)) {
                for (String line : Files.readAllLines(skipFile, StandardCharsets.UTF_8)) {
                    String[] words = line.split(" ", -1);
                    skips.add(new Skip(words[0], Long.parseLong(words[1]), Long.parseLong(words[2])));
                }
            }
            FileChannel file = FileChannel.open(
                    directory.resolve(topic + ".position"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return new ReadingMark(skipFile, file, skips);
        } catch (IOException | RuntimeException e) {
            LOGGER.warn(
                    "a record that ends this process would not be skipped topic={} directory={} cause={}",
                    topic,
                    directory,
                    e.toString());
            return null;
        }
    }

    /** A directory that somebody else has made, in a place where anybody may, could lead to files of this user's. */
    private static void requireOwn(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, "owner", "");
        String self = Files.getOwner(probe).getName();
        Files.delete(probe);
        Path parent = Objects.requireNonNullElse(directory.toAbsolutePath().getParent(), directory);
        for (Path each : List.of(directory, parent)) {
            String owner = Files.getOwner(each).getName();
            if (!owner.equals(self) && !owner.equals("root")) {
                throw new IOException(each + " belongs to " + owner);
            }
        }
    }

    /** Whether to read one record at a time: the process before this one has not ended in order, or something is skipped. */
    boolean isCareful() {
        return suspect >= 0 || !skips.isEmpty();
    }

    /** The end of the skipped range that holds an offset, or the offset itself. */
    long after(String topicId, long offset) {
        for (Skip skip : skips) {
            if (skip.topicId().equals(topicId) && skip.from() <= offset && offset < skip.to()) {
                return after(topicId, skip.to());
            }
        }
        return offset;
    }

    /** What is skipped of a topic. */
    List<Skip> skips(String topicId) {
        return skips.stream().filter(skip -> skip.topicId().equals(topicId)).toList();
    }

    /**
     * Skips the record at an offset if the process has ended on it too often; returns whether it does.
     *
     * @param end end of the log, beyond which nothing is skipped
     */
    boolean skipIfDeadly(String topicId, long offset, long end) throws IOException {
        if (offset != suspect || ends < ENDS) {
            return false;
        }
        long length = skips.stream()
                .filter(skip -> skip.topicId().equals(topicId) && skip.to() == offset)
                .mapToLong(skip -> 2 * (skip.to() - skip.from()))
                .max()
                .orElse(1);
        Skip skip = new Skip(topicId, offset, Math.min(end, offset + length));
        Files.writeString(
                skipFile,
                topicId + " " + skip.from() + " " + skip.to() + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        skips.add(skip);
        return true;
    }

    /** The record at this offset, which is there, is read next, and nothing else. */
    void readingOne(long offset) {
        mark(offset, (offset == suspect ? ends : 0) + 1);
    }

    /** Records from this offset on are awaited or read. */
    void reading(long offset) {
        mark(offset, offset == suspect ? ends : 0);
    }

    private void mark(long offset, int count) {
        if (offset == marked && count == markedEnds) {
            return;
        }
        buffer.clear().putLong(offset).putInt(count).flip();
        try {
            file.write(buffer, 0);
            marked = offset;
            markedEnds = count;
        } catch (IOException e) {
            LOGGER.warn("reading position not marked file={} cause={}", skipFile, e.toString());
        }
    }

    /** The process ends in order. */
    @Override
    public void close() {
        mark(-1, IN_ORDER);
        try {
            file.close();
        } catch (IOException e) {
            LOGGER.debug("mark not closed file={} cause={}", skipFile, e.toString());
        }
    }
}
