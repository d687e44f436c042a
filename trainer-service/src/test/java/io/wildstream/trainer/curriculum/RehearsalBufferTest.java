// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RehearsalBufferTest {

    @Test
    void holdsTheNewestSamples() {
        // Given
        RehearsalBuffer buffer = new RehearsalBuffer(3);

        // When
        add(buffer, 0, 5);

        // Then
        assertThat(buffer.size()).isEqualTo(3);
        assertThat(buffer.oldestOffset()).isEqualTo(2);
        assertThat(offsets(buffer.draw(1, 1, 100))).containsOnly(2L, 3L, 4L);
    }

    @Test
    void anEmptyBufferHasNoOldestOffset() {
        assertThat(new RehearsalBuffer(3).oldestOffset()).isEqualTo(-1);
        assertThat(new RehearsalBuffer(3).isEmpty()).isTrue();
    }

    @Test
    void drawsDependOnWindowSeedAndStepOnly() {
        // Given
        RehearsalBuffer whole = new RehearsalBuffer(50);
        add(whole, 0, 120);
        RehearsalBuffer rebuilt = new RehearsalBuffer(50);
        add(rebuilt, (int) whole.oldestOffset(), 120);

        // When
        List<Long> drawn = offsets(whole.draw(7, 11, 20));

        // Then
        assertThat(offsets(rebuilt.draw(7, 11, 20))).isEqualTo(drawn);
        assertThat(offsets(whole.draw(7, 11, 20))).isEqualTo(drawn);
        assertThat(offsets(whole.draw(7, 12, 20))).isNotEqualTo(drawn);
        assertThat(offsets(whole.draw(8, 11, 20))).isNotEqualTo(drawn);
    }

    @Test
    void drawsAreUniform() {
        // Given
        RehearsalBuffer buffer = new RehearsalBuffer(10);
        add(buffer, 0, 10);
        int[] counts = new int[10];

        // When
        for (int step = 0; step < 1000; step++) {
            buffer.draw(5, step, 10).forEach(sample -> counts[(int) sample.offset()]++);
        }

        // Then: 1000 expected of each, standard deviation 30
        assertThat(counts).satisfies(all -> {
            for (int count : all) {
                assertThat(count).isBetween(850, 1150);
            }
        });
    }

    @Test
    void aSmallerWindowForgetsTheOldest() {
        // Given
        RehearsalBuffer buffer = new RehearsalBuffer(4);
        add(buffer, 0, 6);

        // When
        buffer.resize(2);

        // Then
        assertThat(buffer.size()).isEqualTo(2);
        assertThat(buffer.oldestOffset()).isEqualTo(4);
        buffer.resize(5);
        add(buffer, 6, 9);
        assertThat(buffer.size()).isEqualTo(5);
        assertThat(buffer.oldestOffset()).isEqualTo(4);
    }

    @Test
    void aBufferOfAllGrowsAndIsShuffledAnewEachPass() {
        // Given
        RehearsalBuffer buffer = RehearsalBuffer.ofAll();
        add(buffer, 0, 2500);
        buffer.resize(10);

        // When
        List<Long> first = pass(buffer, 0);
        List<Long> second = pass(buffer, 1);

        // Then
        assertThat(buffer.passSteps(64)).isEqualTo(40);
        assertThat(first).hasSize(2500).doesNotHaveDuplicates().isNotEqualTo(second);
        assertThat(second).hasSize(2500).doesNotHaveDuplicates();
        assertThat(pass(buffer, 0)).isEqualTo(first);
    }

    private static List<Long> pass(RehearsalBuffer buffer, int pass) {
        return LongStream.range(0, 40)
                .mapToObj(step -> offsets(buffer.shuffled(5, 40L * pass + step, 64)))
                .flatMap(List::stream)
                .toList();
    }

    private static void add(RehearsalBuffer buffer, int from, int to) {
        LongStream.range(from, to)
                .forEach(offset -> buffer.add(new TrainingSample(
                        offset,
                        new Pixels.Floats(new float[1]),
                        new TeacherPrediction(new float[2], new float[0], 0, 0, "digest"),
                        -1,
                        new Selection("", 1, 0, 1, 0))));
    }

    private static List<Long> offsets(List<TrainingSample> samples) {
        return samples.stream().map(TrainingSample::offset).toList();
    }
}
