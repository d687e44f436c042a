// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints as directories {@code <root>/<student>/<step>}. A directory is written under a hidden name, forced to disk and renamed: it
 * appears whole or not at all.
 */
public final class DirectoryCheckpointStore implements CheckpointStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryCheckpointStore.class);
    private static final String UNFINISHED = ".unfinished-";

    private final Path root;
    private final String student;
    private final List<String> present;

    /**
     * A store; makes the student's directory.
     *
     * @throws IOException when it cannot be made or read
     */
    public DirectoryCheckpointStore(Path root, String student) throws IOException {
        this.root = root;
        this.student = student;
        Files.createDirectories(home());
        try (Stream<Path> entries = Files.list(home())) {
            present = entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .toList();
        }
    }

    /** The student's own directory. */
    Path home() {
        return root.resolve(student);
    }

    @Override
    public Written write(long step, Content content) throws IOException {
        Path unfinished = Files.createTempDirectory(home(), UNFINISHED);
        try {
            List<CheckpointFile> files = CheckpointFiles.write(content, unfinished);
            String name = freeName(step);
            Files.move(unfinished, home().resolve(name), StandardCopyOption.ATOMIC_MOVE);
            CheckpointFiles.force(home());
            return new Written(student + "/" + name, files);
        } finally {
            CheckpointFiles.delete(unfinished);
        }
    }

    private String freeName(long step) {
        String name = Long.toString(step);
        for (int i = 2; Files.exists(home().resolve(name)); i++) {
            name = step + "-" + i;
        }
        return name;
    }

    @Override
    public Optional<String> problem(CheckpointManifest manifest) {
        return CheckpointFiles.problem(manifest, path(manifest.getDirectory()));
    }

    @Override
    public Path fetch(CheckpointManifest manifest) {
        return path(manifest.getDirectory());
    }

    private Path path(String directory) {
        return root.resolve(CheckpointFiles.requireOwn(student, directory));
    }

    @Override
    public void removeUnfinished() throws IOException {
        for (String name : present) {
            if (name.startsWith(UNFINISHED)) {
                CheckpointFiles.delete(home().resolve(name));
            }
        }
    }

    @Override
    public void retain(Set<String> kept) throws IOException {
        for (String name : present) {
            if (!kept.contains(student + "/" + name)) {
                delete(home().resolve(name));
            }
        }
    }

    @Override
    public void remove(String directory) throws IOException {
        delete(path(directory));
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            LOGGER.debug("checkpoint deleted directory={}", directory);
            CheckpointFiles.delete(directory);
        }
    }

    @Override
    public void close() {
        // holds nothing
    }
}
