// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The files of this repository, without what was built. */
final class Repository {

    static final Path ROOT = Path.of(System.getProperty("wildstream.root", "../.."))
            .toAbsolutePath()
            .normalize();

    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", ".wildstream", "node_modules", "__pycache__", ".cifuzz-corpus", ".idea", ".m2");

    private Repository() {}

    /** Files below the directory, relative to the root, in a fixed order. */
    static List<Path> files(String directory, Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT.resolve(directory), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                    return NOT_OURS.contains(String.valueOf(entered.getFileName()))
                                    || entered.equals(ROOT.resolve("report"))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Path relative = ROOT.relativize(file);
                    if (wanted.test(relative)) {
                        found.add(relative);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directories that the root POM names. */
    static List<String> modules() {
        return text(Path.of("pom.xml"))
                .lines()
                .filter(line -> line.strip().startsWith("<module>"))
                .map(line -> line.strip().replaceAll("</?module>", ""))
                .collect(Collectors.toList());
    }
}
