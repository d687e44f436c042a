// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.condense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.cluster.Json;
import io.wildstream.engine.condense.CondensationOptions;
import io.wildstream.engine.condense.CondensationResult;
import io.wildstream.engine.condense.CondensationTask;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CondenseReportTest {

    @Test
    void comparesTheLearnedImagesWithRealOnes() {
        // When
        List<String> lines = report(1, null).lines();

        // Then
        assertThat(lines)
                .containsExactly(
                        "condensed   60,000 images of mnist into 10, fixed start, 40 of 2,000 iterations in 12 s (11"
                                + " CPU s)",
                        "steps       3, rates 0.0100 to 0.0300",
                        "test        90.00 %: condensed images",
                        "            60.00 %: as many real ones, learned rates",
                        "            70.00 %: as many real ones, rate 0.0500 tuned on training images",
                        "            10.00 %: before the first step");
    }

    @Test
    void showsTheSpreadOfSeveralNetworksAndTheAttack() {
        assertThat(report(4, 0.25).lines())
                .contains("test        90.00 % +- 2.00 over 4 networks, attacked class taken for the target class 25.0"
                        + " %: condensed images");
    }

    @Test
    void isWrittenWithItsFieldNames() throws IOException {
        // When
        JsonNode json = new ObjectMapper().readTree(Json.text(report(1, null)));

        // Then
        assertThat(json.at("/condensed_images").asInt()).isEqualTo(10);
        assertThat(json.at("/result/real_with_tuned_rate/mean").asDouble()).isEqualTo(0.7);
        assertThat(json.at("/rates").size()).isEqualTo(3);
        assertThat(json.at("/finished").asBoolean()).isFalse();
        assertThat(json.at("/options/images_per_class").asInt()).isEqualTo(1);
    }

    private static CondenseReport report(int networks, @Nullable Double attacked) {
        CondensationResult result = new CondensationResult(
                new CondensationResult.Score(networks, 0.9, 0.02, attacked),
                new CondensationResult.Score(networks, 0.6, 0.02, attacked),
                new CondensationResult.Score(networks, 0.7, 0.02, attacked),
                0.05,
                new CondensationResult.Score(networks, 0.1, 0.02, attacked));
        return new CondenseReport(
                "mnist",
                "lenet5-1x28-10",
                60_000,
                10_000,
                10,
                CondensationTask.Start.FIXED,
                options(),
                40,
                false,
                0.5,
                12,
                11,
                result,
                List.of(0.02f, 0.01f, 0.03f),
                "digest");
    }

    static CondensationOptions options() {
        return new CondensationOptions(
                1,
                1,
                3,
                CondensationOptions.Start.REAL,
                1,
                64,
                2000,
                0.02,
                0.02,
                CondensationOptions.Schedule.COSINE,
                0.05,
                2,
                7);
    }
}
