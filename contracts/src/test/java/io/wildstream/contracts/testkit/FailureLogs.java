// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

/** Copies the logs below a test's temporary directories to {@code target/cluster-logs/CLASS.METHOD} when the test fails. */
public final class FailureLogs implements AfterEachCallback {

    private static final Path KEPT = Path.of("target", "cluster-logs");
    /** A broker's segments, whose names are offsets, are no logs in this sense. */
    private static final Pattern LOG = Pattern.compile("(?!\\d{20}).*\\.(log|out)(\\.\\d+)?");

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        Object test = context.getRequiredTestInstance();
        Path kept = KEPT.resolve(test.getClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName());
        for (Field field : test.getClass().getDeclaredFields()) {
            if (field.isAnnotationPresent(TempDir.class)) {
                field.setAccessible(true);
                copy(Path.of(String.valueOf(field.get(test))), kept);
            }
        }
    }

    /** Copies what looks like a log; nothing happens when the directory is gone. */
    static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        Files.walkFileTree(from, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (LOG.matcher(String.valueOf(file.getFileName())).matches()) {
                    Path target = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) {
                return FileVisitResult.CONTINUE; // a process that still ends may take it away
            }
        });
    }
}
