// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.files.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all that a cluster writes. One cluster at a time uses it: it holds the lock, which the operating system
 * releases when the process dies, however it dies.
 *
 * @param directory made when it is missing
 */
public record Home(Path directory) {

    /** Name of the directory when none is named. */
    public static final String DEFAULT_NAME = ".wildstream";

    /** Keeps the home to itself until it is closed. */
    public interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    public Home {
        directory = directory.toAbsolutePath().normalize();
    }

    /** Log files of all processes. */
    public Path logs() {
        return directory.resolve("logs");
    }

    /** Trained teachers, a model store. */
    public Path teachers() {
        return directory.resolve("teachers");
    }

    /** Data of the cluster that {@code up} starts. */
    public Path cluster() {
        return directory.resolve("cluster");
    }

    /** Data of demos, a directory each. */
    public Path runs() {
        return directory.resolve("runs");
    }

    /** The token of the gateway that {@code up} starts. */
    public Path tokenFile() {
        return directory.resolve("token");
    }

    /** What runs in this home, while something does. */
    public Path stateFile() {
        return directory.resolve("cluster.json");
    }

    /**
     * Takes the home.
     *
     * @throws ClusterException when another cluster has it
     */
    public Lock lock() {
        try {
            PrivateFiles.directory(directory);
            Files.createDirectories(logs());
            FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw inUse();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Json.text(ClusterState.ProcessId.of("launcher", ProcessHandle.current()))
                    .getBytes(StandardCharsets.UTF_8)));
            return () -> release(channel);
        } catch (IOException e) {
            throw new ClusterException("the directory " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The failure that says that another cluster runs here, and what to do. */
    ClusterException inUse() {
        return new ClusterException("another cluster runs in " + directory
                + ": stop it with 'wildstream down', or name another directory with --home");
    }

    /** The process that has the home now, from the first moment on; empty when that is unknown or this process itself. */
    Optional<ProcessHandle> holder() {
        try {
            return Json.read(lockFile(), ClusterState.ProcessId.class)
                    .find()
                    .filter(found -> !found.equals(ProcessHandle.current()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether a cluster has the home now. */
    public boolean isLocked() {
        if (!Files.exists(lockFile())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.WRITE)) {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                return true;
            }
            lock.release();
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the runs whose names begin so. Only for the holder of the lock. */
    public void deleteRuns(String prefix) {
        if (!Files.isDirectory(runs())) {
            return;
        }
        try (Stream<Path> files = Files.list(runs())) {
            files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .forEach(Home::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes topics, checkpoints and students of all clusters; teachers and logs stay.
     *
     * @throws ClusterException when a cluster runs here
     */
    public void deleteData() {
        try (Lock unused = lock()) {
            delete(cluster());
            delete(runs());
        }
    }

    /** Deletes a directory and all that is in it; nothing when there is none. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path lockFile() {
        return directory.resolve("lock");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void release(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
