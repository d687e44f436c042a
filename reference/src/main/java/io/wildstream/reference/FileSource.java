// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.contracts.sample.Address;
import io.wildstream.reference.ReferenceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Files under the directories that the operator names, as the process sees them: where a symbolic link leads counts, and only regular files
 * are opened, since opening a pipe waits for a writer.
 */
final class FileSource {

    private final AllowList allowed;

    FileSource(AllowList allowed) {
        this.allowed = allowed;
    }

    byte[] fetch(Address.LocalFile file, BoundedRead bounds) throws ReferenceException {
        Path root = real(allowed.root(file).orElseThrow(), file);
        try {
            Path path = file.path().toRealPath();
            if (!path.startsWith(root)) {
                throw new ReferenceException(
                        Reason.NOT_ALLOWED,
                        file + ": a symbolic link leads out of the directory that the operator allows");
            }
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new ReferenceException(Reason.NOT_ALLOWED, file + ": is not a regular file");
            }
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                return bounds.all(in);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            var unused = real(root, file); // it may have gone meanwhile
            throw new ReferenceException(Reason.NOT_FOUND, file + ": there is no such file");
        } catch (AccessDeniedException e) {
            throw new ReferenceException(Reason.NOT_ALLOWED, file + ": this process may not read it");
        } catch (FileSystemLoopException e) {
            throw new ReferenceException(Reason.NOT_ALLOWED, file + ": its symbolic links lead in a circle");
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** A directory that is not there is one that is not mounted, or not yet. */
    private static Path real(Path root, Address.LocalFile file) throws ReferenceException {
        try {
            return root.toRealPath();
        } catch (IOException e) {
            throw new ReferenceException(
                    Reason.UNAVAILABLE, file + ": the directory " + root + " is not there now: " + e);
        }
    }

    private static ReferenceException failed(Address.LocalFile file, IOException e) {
        // The platform has no exception of its own for these, which stay as they are.
        String cause = String.valueOf(e instanceof FileSystemException named ? named.getReason() : e.getMessage());
        if (cause.contains("Not a directory")) {
            return new ReferenceException(Reason.NOT_FOUND, file + ": there is no such file");
        }
        boolean lasting = cause.contains("symbolic links") || cause.contains("name too long");
        return new ReferenceException(
                lasting ? Reason.NOT_ALLOWED : Reason.UNAVAILABLE, file + ": cannot be read: " + cause);
    }
}
