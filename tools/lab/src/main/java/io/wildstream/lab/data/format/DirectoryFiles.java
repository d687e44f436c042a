// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.format;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lists the files below a directory; what cannot be entered or read is named, and ends nothing. */
final class DirectoryFiles {

    private final Path root;
    private final List<String> paths = new ArrayList<>();
    private final Map<String, String> skipped = new TreeMap<>();

    private DirectoryFiles(Path root) {
        this.root = root;
    }

    static FileSet list(Path directory, String name) throws IOException {
        DirectoryFiles files = new DirectoryFiles(directory);
        Files.walkFileTree(directory, files.visitor());
        Collections.sort(files.paths);
        return new FileSet(name, files.paths, files.skipped, path -> Files.readAllBytes(directory.resolve(path)));
    }

    private FileVisitor<Path> visitor() {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                skipped.put(relative(file), "unreadable");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        };
    }

    /** A pipe or a device would have no end. */
    private void add(Path file) {
        if (Files.isDirectory(file)) {
            skipped.put(relative(file), "link to a directory");
        } else if (!Files.isRegularFile(file)) {
            skipped.put(relative(file), "no regular file");
        } else if (!Files.isReadable(file)) {
            skipped.put(relative(file), "unreadable");
        } else if (file.toFile().length() > FileSet.MAX_BYTES) {
            skipped.put(relative(file), FileSet.TOO_LARGE);
        } else {
            paths.add(relative(file));
        }
    }

    private String relative(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }
}
