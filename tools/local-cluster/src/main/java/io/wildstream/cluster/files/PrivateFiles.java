// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Files and directories that only their owner can read; where the file system knows no such rights, ordinary ones. */
public final class PrivateFiles {

    private static final String DIRECTORY = "rwx------";
    private static final String FILE = "rw-------";

    private PrivateFiles() {}

    /**
     * Makes a directory that only its owner enters; one that is there becomes so.
     *
     * @throws IOException when it cannot be made, or belongs to somebody else
     */
    public static Path directory(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (knowsOwners(directory)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(DIRECTORY));
        }
        return directory;
    }

    /** Makes a file that nobody else has ever been able to read. It must not exist. */
    public static void create(Path file, String text) throws IOException {
        FileAttribute<?>[] rights = knowsOwners(
                        Objects.requireNonNull(file.toAbsolutePath().getParent()))
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FILE))}
                : new FileAttribute<?>[0];
        Files.createFile(file, rights);
        Files.writeString(file, text);
    }

    /** Takes the rights of everybody else from a file. */
    public static void restrict(Path file) throws IOException {
        if (knowsOwners(file)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(FILE));
        }
    }

    private static boolean knowsOwners(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }
}
