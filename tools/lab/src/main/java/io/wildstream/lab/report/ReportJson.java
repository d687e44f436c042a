// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.wildstream.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The one form of all JSON reports: indented, field names in snake case, a whole file or none. */
public final class ReportJson {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private ReportJson() {}

    /**
     * Writes a value; a reader never sees half of it.
     *
     * @throws ClusterException when the file cannot be written
     */
    public static void write(Path file, Object value) {
        Path absolute = file.toAbsolutePath();
        Path unfinished = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            Files.createDirectories(absolute.getParent());
            Files.write(unfinished, JSON.writeValueAsBytes(value));
            Files.move(unfinished, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new ClusterException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
