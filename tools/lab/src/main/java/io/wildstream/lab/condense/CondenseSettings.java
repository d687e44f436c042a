// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.condense;

import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.engine.condense.CondensationTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code wildstream condense} does.
 *
 * @param data image set with a labelled train part and a test part
 * @param architecture name of a built-in architecture; null for lenet5
 * @param model model directory of the untrained network instead; null for the built-in one
 * @param trainImages first images of the train part that are used; null for all
 * @param start where networks start
 * @param trained model directories of trained networks, for a given start
 * @param attackedClass name of the class that the attack makes networks mistake; null without an attack
 * @param targetClass name of the class that it is mistaken for; null without an attack
 * @param options of the learning
 * @param networks that measure the result
 * @param output directory of the artifact
 * @param limit time after which the learning stops; a later run continues it
 */
public record CondenseSettings(
        Path data,
        @Nullable String architecture,
        @Nullable Path model,
        @Nullable Integer trainImages,
        CondensationTask.Start start,
        List<Path> trained,
        @Nullable String attackedClass,
        @Nullable String targetClass,
        CondensationOptions options,
        int networks,
        Path output,
        Duration limit) {

    public CondenseSettings {
        trained = List.copyOf(trained);
    }
}
