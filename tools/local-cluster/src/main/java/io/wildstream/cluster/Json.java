// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * All JSON that the tools write: indented, with field names in snake case unless a type says otherwise. A file is written whole or not at
 * all, so that a reader never sees half of it.
 */
public final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** A value as text. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " cannot be written as JSON", e);
        }
    }

    /**
     * Writes a value as a file; the directory is made when it is missing.
     *
     * @throws ClusterException when the file cannot be written
     */
    public static void write(Path file, Object value) {
        writeText(file, text(value));
    }

    /**
     * Writes JSON that was made elsewhere, as {@link #write} does.
     *
     * @throws ClusterException when the file cannot be written
     */
    public static void writeText(Path file, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Path absolute = file.toAbsolutePath();
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            Files.createDirectories(absolute.getParent());
            Files.write(unfinished, bytes);
            Files.move(unfinished, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws JsonProcessingException when it holds something else or ends early
     * @throws IOException when it cannot be read
     */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        return MAPPER.readValue(Files.readAllBytes(file), type);
    }
}
