package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.engine.Digests;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One student's checkpoints as directories {@code <root>/<student>/<step>}. A directory appears whole, forced to disk, or not at all;
 * whether it counts is not decided here but on the {@code checkpoints} topic.
 */
public final class CheckpointStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointStore.class);
    private static final String UNFINISHED = ".unfinished-";

    private final Path root;
    private final String student;

    /**
     * A store; makes the student's directory.
     *
     * @throws IOException when it cannot be made
     */
    public CheckpointStore(Path root, String student) throws IOException {
        this.root = root;
        this.student = student;
        Files.createDirectories(home());
    }

    /** Writes the files of a checkpoint. */
    @FunctionalInterface
    public interface Content {
        /** Writes files, no directories, into an empty directory. */
        void writeTo(Path directory) throws IOException;
    }

    /**
     * A checkpoint on disk.
     *
     * @param directory relative to the root
     */
    public record Written(String directory, List<CheckpointFile> files) {
        /** Makes the list immutable. */
        public Written {
            files = List.copyOf(files);
        }
    }

    /** The student's own directory. */
    public Path home() {
        return root.resolve(student);
    }

    /** Where a committed checkpoint lies. */
    public Path path(CheckpointManifest manifest) {
        return root.resolve(manifest.getDirectory());
    }

    /** Writes a checkpoint, forces it to disk and gives it its name; a second one of a step gets a number behind it. */
    public Written write(long step, Content content) throws IOException {
        Path unfinished = Files.createTempDirectory(home(), UNFINISHED);
        try {
            content.writeTo(unfinished);
            List<CheckpointFile> files = describe(unfinished);
            force(unfinished);
            String name = freeName(step);
            Files.move(unfinished, home().resolve(name), StandardCopyOption.ATOMIC_MOVE);
            force(home());
            return new Written(student + "/" + name, files);
        } finally {
            delete(unfinished);
        }
    }

    private String freeName(long step) {
        String name = Long.toString(step);
        for (int i = 2; Files.exists(home().resolve(name)); i++) {
            name = step + "-" + i;
        }
        return name;
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
        return files;
    }

    /** What is wrong with a checkpoint's files; empty when every one is as its manifest says. */
    public Optional<String> problem(CheckpointManifest manifest) {
        Path directory = path(manifest);
        for (CheckpointFile file : manifest.getFilesList()) {
            Path path = directory.resolve(file.getName());
            if (!Files.isRegularFile(path)) {
                return Optional.of(path + " is missing");
            }
            String actual = Digests.sha256(path);
            if (!actual.equals(file.getSha256())) {
                return Optional.of(path + " has SHA-256 " + actual + ", committed was " + file.getSha256());
            }
        }
        return Optional.empty();
    }

    /** Deletes directories that a crash left half written. */
    public void removeUnfinished() throws IOException {
        for (Path entry : directories()) {
            if (entry.getFileName().toString().startsWith(UNFINISHED)) {
                delete(entry);
            }
        }
    }

    /** Deletes every checkpoint but the given ones, by their directory relative to the root. */
    public void retain(Set<String> kept) throws IOException {
        for (Path entry : directories()) {
            if (!kept.contains(student + "/" + entry.getFileName())) {
                remove(entry);
            }
        }
    }

    /** Deletes a checkpoint, by its directory relative to the root; one that is not there is no error. */
    public void remove(String directory) throws IOException {
        remove(root.resolve(directory));
    }

    private static void remove(Path directory) throws IOException {
        if (Files.exists(directory)) {
            LOGGER.debug("checkpoint deleted directory={}", directory);
            delete(directory);
        }
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> entries = Files.list(home())) {
            return entries.filter(Files::isDirectory).toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
