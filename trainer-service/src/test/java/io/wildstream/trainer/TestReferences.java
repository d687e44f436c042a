// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.CurriculumRecord;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Objects in a directory, and the records of a curriculum that refer to them. */
public final class TestReferences {

    private final Path directory;
    private int count;

    public TestReferences(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The records with references in place of their bytes, which become objects. */
    public List<CurriculumRecord> refer(List<CurriculumRecord> records) {
        List<CurriculumRecord> referring = new ArrayList<>();
        for (CurriculumRecord record : records) {
            CurriculumRecord.Builder changed = record.toBuilder();
            var output = changed.getSelectedBuilder().getTeacherOutputBuilder();
            output.getPositionBuilder().setPartition(3).setOffset(1000 + count);
            Sample.Builder sample = output.getSampleBuilder();
            Path file = object(count++);
            put(file, sample.getPayload());
            sample.clearPayload()
                    .setReference(Reference.newBuilder()
                            .setAddress(file.toUri().toString())
                            .setSha256(Digests.sha256(file))
                            .setSizeBytes(size(file)));
            referring.add(changed.build());
        }
        return referring;
    }

    /** The file of the n-th record, counted from 0. */
    public Path object(int n) {
        return directory.resolve(n + ".bin");
    }

    /** Takes an object away, and gives its bytes. */
    public ByteString remove(int n) {
        try {
            ByteString bytes = ByteString.copyFrom(Files.readAllBytes(object(n)));
            Files.delete(object(n));
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts an object back. */
    public void put(int n, ByteString bytes) {
        put(object(n), bytes);
    }

    private static void put(Path file, ByteString bytes) {
        try {
            Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole store goes away, or comes back. */
    public void move(Path to) {
        move(directory, to);
    }

    public void moveBack(Path from) {
        move(from, directory);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
