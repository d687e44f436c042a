// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.View;
import io.wildstream.engine.ImageShape;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewTransformTest {

    private static final ImageShape SHAPE = new ImageShape(2, 2, 3);

    @Test
    void noViewIsTheImageItself() {
        // Given
        View view = View.newBuilder().setSeed(5).build();

        // When
        ViewTransform transform = ViewTransform.of(view);

        // Then
        assertThat(transform.isIdentity()).isTrue();
        assertThat(transform.sources(SHAPE)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void aFlipMirrorsTheColumnsOfEveryChannel() {
        // Given
        ViewTransform transform = new ViewTransform(0, 0, 0, true);

        // When
        int[] sources = transform.sources(SHAPE);

        // Then
        assertThat(sources).containsExactly(2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9);
    }

    @Test
    void aCropReachesIntoTheBlackPadding() {
        // Given: one row up and one column to the right of the image.
        ViewTransform transform = new ViewTransform(0, 2, 1, false);

        // When
        int[] sources = transform.sources(SHAPE);

        // Then
        assertThat(sources).containsExactly(-1, -1, -1, 1, 2, -1, -1, -1, -1, 7, 8, -1);
    }

    @Test
    void equalSeedsGiveEqualViewsAndAllOffsetsComeUp() {
        // Given
        Set<String> offsets = new HashSet<>();
        int flips = 0;

        // When
        for (int seed = 0; seed < 1000; seed++) {
            View view = View.newBuilder().setSeed(seed).setPad(1).setFlip(true).build();
            ViewTransform transform = ViewTransform.of(view);
            assertThat(ViewTransform.of(view)).isEqualTo(transform);
            offsets.add(transform.top() + "," + transform.left());
            flips += transform.flipped() ? 1 : 0;
        }

        // Then
        assertThat(offsets).hasSize(9);
        assertThat(flips).isBetween(400, 600);
    }

    @Test
    void paddingIsBounded() {
        // Given: what an unsigned field can hold at most.
        View view = View.newBuilder().setSeed(1).setPad(-1).build();

        // When
        ViewTransform transform = ViewTransform.of(view);

        // Then
        assertThat(transform.pad()).isEqualTo(64);
        assertThat(transform.top()).isBetween(0, 128);
    }

    @Test
    void pixelsAreNormalisedByChannelAndBlackStaysBlack() {
        // Given
        PixelWriter writer = new PixelWriter(SHAPE, List.of(0.5f, 0f), List.of(0.5f, 2f));
        byte[] pixels = {9, 0, (byte) 255, 0, 0, 0, 0, (byte) 255, 0, 0, 0, 0, 0};
        FloatBuffer written = FloatBuffer.allocate(SHAPE.values());

        // When
        writer.write(pixels, 1, View.getDefaultInstance(), written);

        // Then
        assertThat(written.remaining()).isZero();
        assertThat(written.array()).containsExactly(-1, 1, -1, -1, -1, -1, 0.5f, 0, 0, 0, 0, 0);
    }

    @Test
    void bytesAndValuesAreSeenAlike() {
        // Given
        PixelWriter writer = new PixelWriter(SHAPE, List.of(0.25f, 0.5f), List.of(0.5f, 0.25f));
        byte[] bytes = {0, 51, 102, (byte) 153, (byte) 204, (byte) 255, 1, 2, 3, 4, 5, 6};
        float[] values = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = (bytes[i] & 0xFF) / 255f;
        }
        View view = View.newBuilder().setSeed(77).setPad(2).setFlip(true).build();
        FloatBuffer ofBytes = FloatBuffer.allocate(SHAPE.values());
        FloatBuffer ofValues = FloatBuffer.allocate(SHAPE.values());

        // When
        writer.write(bytes, 0, view, ofBytes);
        writer.write(values, view, ofValues);

        // Then
        assertThat(ofValues.array()).isEqualTo(ofBytes.array());
    }
}
