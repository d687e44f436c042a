// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A page of the documentation: its blocks of code, for tests that do what the page says. */
public final class Page {

    private static final String FENCE = "```";

    /**
     * A block of code.
     *
     * @param heading that it stands under, without the number signs
     * @param language as the page names it; empty when it does not
     */
    public record Block(String heading, String language, String text) {}

    private final String name;
    private final List<Block> blocks = new ArrayList<>();

    private Page(String name) {
        this.name = name;
        String heading = "";
        String language = null;
        StringBuilder code = new StringBuilder();
        for (String line : text(name).lines().toList()) {
            if (language == null && line.startsWith("#")) {
                heading = line.replaceFirst("#+ *", "");
            } else if (language == null && line.startsWith(FENCE)) {
                language = line.substring(FENCE.length());
            } else if (line.equals(FENCE)) {
                blocks.add(new Block(heading, language, code.toString()));
                language = null;
                code.setLength(0);
            } else if (language != null) {
                code.append(line).append('\n');
            }
        }
    }

    /** A page by its path in the repository, such as {@code docs/integrate.md}. */
    public static Page of(String name) {
        return new Page(name);
    }

    /** The pages in {@code docs}, and the first one. */
    public static List<String> all() {
        try (Stream<Path> files = Files.list(root().resolve("docs"))) {
            List<String> names = new ArrayList<>(List.of("README.md"));
            files.map(file -> "docs/" + file.getFileName())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root of the repository, from whichever module a test runs in. */
    public static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("mvnw"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException(
                    "there is no mvnw in a directory above " + Path.of("").toAbsolutePath());
        }
        return directory;
    }

    private static String text(String name) {
        try {
            return Files.readString(root().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All blocks, in the order of the page. */
    public List<Block> blocks() {
        return List.copyOf(blocks);
    }

    /** The blocks of a language under a heading; there must be some. */
    public List<String> blocks(String heading, String language) {
        List<String> found = blocks.stream()
                .filter(block ->
                        block.heading().equals(heading) && block.language().equals(language))
                .map(Block::text)
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException(name + " has no " + language + " under '" + heading + "'");
        }
        return found;
    }

    /** The keys of a block of properties. */
    public static Map<String, String> properties(String block) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(block));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> keys = new TreeMap<>();
        read.stringPropertyNames().forEach(key -> keys.put(key, read.getProperty(key)));
        return keys;
    }
}
