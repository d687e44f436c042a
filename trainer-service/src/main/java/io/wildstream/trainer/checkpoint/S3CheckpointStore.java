// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import io.wildstream.contracts.v1.CheckpointFile;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.trainer.config.S3Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints as objects {@code <prefix>/<student>/<step>-<random>/<file>} of an S3-compatible store. There is no rename: nobody reads a
 * prefix before its manifest is committed, and one that never was is removed at the next start. What is fetched is checked by SHA-256 and
 * kept in a local directory.
 */
public final class S3CheckpointStore implements CheckpointStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(S3CheckpointStore.class);
    private static final String UNFINISHED = ".unfinished-";

    private final S3Location location;
    private final String student;
    private final S3Bucket bucket;
    private final Path cache;
    private final @Nullable Path temporary;
    /** Directories that were on the store, and in the cache, when this was opened. */
    private final Set<String> present = new TreeSet<>();

    private final List<Path> cached;

    /**
     * A store; lists what the student has there.
     *
     * @throws IOException when the store cannot be reached; the message names the key to fix
     */
    public S3CheckpointStore(S3Location location, String student) throws IOException {
        this.location = location;
        this.student = student;
        this.bucket = new S3Bucket(location);
        Path configured = location.cache();
        this.cache = configured == null ? Files.createTempDirectory("wildstream-checkpoints-") : configured;
        this.temporary = configured == null ? cache : null;
        Files.createDirectories(cache.resolve(student));
        try (Stream<Path> entries = Files.list(cache.resolve(student))) {
            this.cached = entries.toList();
        }
        try {
            for (String key : bucket.list(location.key(student + "/"))) {
                present.add(directoryOf(key));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The {@code <student>/<name>} in {@code <prefix>/<student>/<name>/<file>}. */
    private String directoryOf(String key) {
        int begin = location.key("").length();
        int slash = key.indexOf('/', begin + student.length() + 1);
        return key.substring(begin, slash < 0 ? key.length() : slash);
    }

    @Override
    public Written write(long step, Content content) throws IOException {
        String directory = student + "/" + step + "-" + random();
        Path unfinished = Files.createTempDirectory(cache.resolve(student), UNFINISHED);
        boolean whole = false;
        try {
            List<CheckpointFile> files = CheckpointFiles.write(content, unfinished);
            for (CheckpointFile file : files) {
                bucket.put(key(directory, file), unfinished.resolve(file.getName()), file);
            }
            Files.move(unfinished, cache.resolve(directory), StandardCopyOption.ATOMIC_MOVE);
            whole = true;
            return new Written(directory, files);
        } finally {
            CheckpointFiles.delete(unfinished);
            if (!whole) {
                removeQuietly(directory);
            }
        }
    }

    /** After a failure that counts for more; the next start removes what this could not. */
    private void removeQuietly(String directory) {
        try {
            remove(directory);
        } catch (IOException e) {
            LOGGER.warn(
                    "unfinished checkpoint stays until the next start directory={} cause={}", directory, e.toString());
        }
    }

    private static String random() {
        return HexFormat.of()
                .toHexDigits(ThreadLocalRandom.current().nextLong())
                .substring(0, 12);
    }

    private String key(String directory, CheckpointFile file) {
        return location.key(directory + "/" + file.getName());
    }

    @Override
    public Optional<String> problem(CheckpointManifest manifest) throws IOException {
        String directory = CheckpointFiles.requireOwn(student, manifest.getDirectory());
        Path local = Files.createDirectories(cache.resolve(directory));
        for (CheckpointFile file : manifest.getFilesList()) {
            if (CheckpointFiles.problem(file, local).isPresent()) {
                Optional<String> problem = fetch(directory, file, local);
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return CheckpointFiles.problem(manifest, local);
    }

    private Optional<String> fetch(String directory, CheckpointFile file, Path local) throws IOException {
        Optional<String> badName = CheckpointFiles.problemOfName(file);
        if (badName.isPresent()) {
            return badName;
        }
        String key = key(directory, file);
        if (!bucket.get(key, local.resolve(file.getName()))) {
            return Optional.of("s3://" + location.bucket() + "/" + key + " is missing");
        }
        return CheckpointFiles.problem(file, local)
                .map(problem -> "s3://" + location.bucket() + "/" + key + ", fetched as " + problem);
    }

    @Override
    public Path fetch(CheckpointManifest manifest) throws IOException {
        Optional<String> problem = problem(manifest);
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
        return cache.resolve(manifest.getDirectory());
    }

    /** Removes what is unfinished in the cache; on the store only {@link #retain} knows. */
    @Override
    public void removeUnfinished() throws IOException {
        for (Path entry : cached) {
            if (entry.getFileName().toString().startsWith(UNFINISHED)) {
                CheckpointFiles.delete(entry);
            }
        }
    }

    @Override
    public void retain(Set<String> kept) throws IOException {
        for (String directory : present) {
            if (!kept.contains(directory)) {
                LOGGER.debug("checkpoint deleted directory={}", directory);
                bucket.deleteAll(location.key(directory + "/"));
            }
        }
        for (Path entry : cached) {
            if (!kept.contains(student + "/" + entry.getFileName())) {
                CheckpointFiles.delete(entry);
            }
        }
    }

    @Override
    public void remove(String directory) throws IOException {
        bucket.deleteAll(location.key(CheckpointFiles.requireOwn(student, directory) + "/"));
        CheckpointFiles.delete(cache.resolve(directory));
    }

    @Override
    public void close() {
        bucket.close();
        if (temporary != null) {
            try {
                CheckpointFiles.delete(temporary);
            } catch (IOException e) {
                LOGGER.warn("temporary directory not removed directory={} cause={}", temporary, e.toString());
            }
        }
    }
}
