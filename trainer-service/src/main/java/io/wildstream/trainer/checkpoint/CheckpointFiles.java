// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.engine.Digests;
import io.wildstream.engine.ModelException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A checkpoint's files in a local directory: written, described, checked, deleted. */
final class CheckpointFiles {

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIRECTORY = Pattern.compile("[a-z][a-z0-9-]{0,62}/[A-Za-z0-9_-]{1,127}");

    private CheckpointFiles() {}

    /** Lets the content fill a directory, forces its files to disk and says what they are. */
    static List<CheckpointFile> write(CheckpointStore.Content content, Path directory) throws IOException {
        try {
            content.writeTo(directory);
            return describe(directory);
        } catch (ModelException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(e.getMessage() + ": " + cause.getMessage(), e);
            }
            throw e;
        }
    }

    private static List<CheckpointFile> describe(Path directory) throws IOException {
        List<CheckpointFile> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path file : entries.sorted().toList()) {
                force(file);
                files.add(CheckpointFile.newBuilder()
                        .setName(file.getFileName().toString())
                        .setBytes(Files.size(file))
                        .setSha256(Digests.sha256(file))
                        .build());
            }
        }
        force(directory);
        return files;
    }

    /** What is wrong with the files in a directory; empty when every one is as its manifest says. */
    static Optional<String> problem(CheckpointManifest manifest, Path directory) {
        if (manifest.getFilesCount() == 0) {
            return Optional.of("the manifest of step " + manifest.getStep() + " names no files");
        }
        return manifest.getFilesList().stream()
                .flatMap(file -> problem(file, directory).stream())
                .findFirst();
    }

    /** What is wrong with one file; empty when it is as it was committed. */
    static Optional<String> problem(CheckpointFile file, Path directory) {
        Optional<String> badName = problemOfName(file);
        if (badName.isPresent()) {
            return badName;
        }
        Path path = directory.resolve(file.getName());
        if (!Files.isRegularFile(path)) {
            return Optional.of(path + " is missing");
        }
        try {
            long bytes = Files.size(path);
            if (bytes != file.getBytes()) {
                return Optional.of(path + " has " + bytes + " bytes, committed were " + file.getBytes());
            }
            String actual = Digests.sha256(path);
            return actual.equals(file.getSha256())
                    ? Optional.empty()
                    : Optional.of(path + " has SHA-256 " + actual + ", committed was " + file.getSha256());
        } catch (IOException | ModelException e) {
            return Optional.of(path + " cannot be read: " + e.getMessage());
        }
    }

    /** What is wrong with a file's name; empty when it stays within its directory. */
    static Optional<String> problemOfName(CheckpointFile file) {
        return FILE_NAME.matcher(file.getName()).matches()
                ? Optional.empty()
                : Optional.of("'" + file.getName() + "' is not a file name of a checkpoint");
    }

    /**
     * The directory of a manifest, or of a removal, when it is one of this student's.
     *
     * @throws IllegalArgumentException when it is not: nothing outside may be read or removed
     */
    static String requireOwn(String student, String directory) {
        if (!DIRECTORY.matcher(directory).matches() || !directory.startsWith(student + "/")) {
            throw new IllegalArgumentException(
                    "'" + directory + "' is not a checkpoint directory of student '" + student + "'");
        }
        return directory;
    }

    /** Deletes a directory of files; one that is not there is not an error. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        }
    }

    /** Forces a file's bytes, or a directory's names, to disk. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
