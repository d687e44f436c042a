// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.CheckpointManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetentionTest {

    @Test
    void theNewestStay() {
        assertThat(new Retention(2, 0).staying(history(10, 20, 30, 40))).containsExactly("anna/30", "anna/40");
        assertThat(new Retention(5, 0).staying(history(10, 20))).containsExactly("anna/10", "anna/20");
        assertThat(new Retention(0, 0).staying(history(10, 20, 30))).hasSize(3);
        assertThat(new Retention(3, 100).staying(List.of())).isEmpty();
    }

    @Test
    void theFirstAtOrPastEachMultipleStays() {
        // Given
        List<CheckpointManifest> history = history(40, 90, 100, 140, 190, 230, 280, 510, 520, 590);

        // When
        var staying = new Retention(1, 100).staying(history);

        // Then: 100 is a multiple itself, 230 is the first past 200, 510 the first past 300, 400 and 500
        assertThat(staying).containsExactlyInAnyOrder("anna/100", "anna/230", "anna/510", "anna/590");
    }

    @Test
    void whatStaysDoesNotDependOnWhen() {
        // Given
        List<CheckpointManifest> history = history(40, 90, 130, 180, 210, 330, 390, 400, 470);
        Retention retention = new Retention(2, 100);

        // When
        List<String> removed = new ArrayList<>();
        for (int i = 1; i <= history.size(); i++) {
            List<CheckpointManifest> then = history.subList(0, i);
            for (CheckpointManifest manifest : then) {
                String directory = manifest.getDirectory();
                if (!retention.staying(then).contains(directory) && !removed.contains(directory)) {
                    removed.add(directory);
                }
            }
        }

        // Then
        assertThat(removed).doesNotContainAnyElementsOf(retention.staying(history));
    }

    @Test
    void aFinishedOneStays() {
        // Given
        List<CheckpointManifest> history = new ArrayList<>(history(10, 20));
        history.set(0, history.get(0).toBuilder().setFinished(true).build());

        // Then
        assertThat(new Retention(1, 0).staying(history)).containsExactly("anna/10", "anna/20");
    }

    @Test
    void aCheckpointThatWasCommittedAgainCountsOnce() {
        assertThat(new Retention(2, 0).staying(history(10, 20, 30, 30, 30))).containsExactly("anna/20", "anna/30");
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThatThrownBy(() -> new Retention(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Retention(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<CheckpointManifest> history(long... steps) {
        return LongStream.of(steps)
                .mapToObj(step -> CheckpointManifest.newBuilder()
                        .setStep(step)
                        .setDirectory("anna/" + step)
                        .build())
                .toList();
    }
}
