// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdwinTest {

    private static final double DELTA = 1e-4;
    private static final int BLOCK = 32;

    @Test
    void shouldKeepAWindowOfOneMeanInFewBuckets() {
        // Given
        Adwin adwin = new Adwin(DELTA);
        SplittableRandom random = new SplittableRandom(1);

        // When
        for (int block = 0; block < 3000; block++) {
            assertThat(add(adwin, random, 0.3)).isEmpty();
        }

        // Then: the buckets grow with the logarithm of the window
        assertThat(adwin.size()).isEqualTo(3000L * BLOCK);
        assertThat(adwin.toBytes().length).isLessThan(Integer.BYTES + 60 * 3 * Long.BYTES);
    }

    @Test
    void shouldDropTheOldPartWhenTheMeanChanges() {
        // Given
        Adwin adwin = new Adwin(DELTA);
        SplittableRandom random = new SplittableRandom(2);
        for (int block = 0; block < 200; block++) {
            add(adwin, random, 0.2);
        }

        // When
        List<Adwin.Cut> cuts = new ArrayList<>();
        for (int block = 0; block < 50; block++) {
            add(adwin, random, 0.6).ifPresent(cuts::add);
        }

        // Then
        assertThat(cuts).isNotEmpty();
        assertThat(cuts.get(0).before()).isCloseTo(0.2, within(0.03));
        assertThat(cuts.get(0).after()).isGreaterThan(cuts.get(0).before() + 0.03);
        assertThat(cuts.get(cuts.size() - 1).after()).isGreaterThan(cuts.get(0).after());
        assertThat(cuts.stream().mapToLong(Adwin.Cut::sizeBefore).sum() + adwin.size())
                .isEqualTo(250L * BLOCK);
        assertThat(adwin.size()).isLessThan(200L * BLOCK);
    }

    @Test
    void shouldContinueFromItsBytes() {
        // Given
        Adwin adwin = new Adwin(DELTA);
        SplittableRandom random = new SplittableRandom(3);
        for (int block = 0; block < 77; block++) {
            add(adwin, random, 0.4);
        }

        // When
        Adwin restored = new Adwin(DELTA, ByteBuffer.wrap(adwin.toBytes()));

        // Then
        for (int block = 0; block < 77; block++) {
            double value = block / 77.0;
            assertThat(restored.add(BLOCK, value * BLOCK, 0.1)).isEqualTo(adwin.add(BLOCK, value * BLOCK, 0.1));
        }
        assertThat(restored.toBytes()).isEqualTo(adwin.toBytes());
    }

    @Test
    void shouldNoticeAChangeOfTheMixOnceAndTakeItAsTheReference() {
        // Given
        ClassMix mix = new ClassMix(DELTA);
        SplittableRandom random = new SplittableRandom(4);
        assertThat(windows(mix, random, 3, 10)).isEmpty();

        // When
        List<Drift> drifts = windows(mix, random, 4, 5);

        // Then
        assertThat(drifts).hasSize(1);
        assertThat(drifts.get(0).signal()).isEqualTo(Drift.Signal.CLASS_MIX);
        assertThat(drifts.get(0).samplesBefore()).isEqualTo(ClassMix.WINDOW);
        assertThat(drifts.get(0).label()).isBetween(0, 9);
        assertThat(Math.abs(drifts.get(0).after() - drifts.get(0).before())).isCloseTo(0.1, within(0.03));
    }

    @Test
    void shouldContinueAMixWithinAWindow() {
        // Given
        ClassMix mix = new ClassMix(DELTA);
        SplittableRandom random = new SplittableRandom(5);
        windows(mix, random, 1, 10);
        for (int i = 0; i < 1000; i++) {
            mix.add(random.nextInt(10));
        }

        // When
        ClassMix restored = new ClassMix(DELTA, ByteBuffer.wrap(mix.toBytes()));

        // Then
        for (int i = 0; i < ClassMix.WINDOW; i++) {
            int label = random.nextInt(3);
            assertThat(restored.add(label)).isEqualTo(mix.add(label));
        }
        assertThat(restored.toBytes()).isEqualTo(mix.toBytes());
    }

    @Test
    void shouldShareCellsAmongClassesBeyondTheirNumber() {
        // Given
        ClassMix few = new ClassMix(DELTA);
        ClassMix many = new ClassMix(DELTA);

        // When
        for (int i = 0; i < 5000; i++) {
            few.add(i % 256);
            many.add(i % 256 + 256 * (i % 7));
        }

        // Then
        assertThat(many.toBytes()).isEqualTo(few.toBytes());
    }

    private static List<Drift> windows(ClassMix mix, SplittableRandom random, int count, int labels) {
        List<Drift> drifts = new ArrayList<>();
        for (int i = 0; i < count * ClassMix.WINDOW; i++) {
            mix.add(random.nextInt(labels)).ifPresent(drifts::add);
        }
        return drifts;
    }

    /** Adds a block of values that are uniform within 0.1 of a mean. */
    private static Optional<Adwin.Cut> add(Adwin adwin, SplittableRandom random, double mean) {
        double[] values = new double[BLOCK];
        double sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            values[i] = mean + 0.2 * random.nextDouble() - 0.1;
            sum += values[i];
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - sum / BLOCK) * (value - sum / BLOCK);
        }
        return adwin.add(BLOCK, sum, squares);
    }
}
