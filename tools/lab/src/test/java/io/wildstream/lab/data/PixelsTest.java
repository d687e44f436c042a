// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import org.junit.jupiter.api.Test;

class PixelsTest {
    @Test
    void repeatsGrayInThreeChannelsAndWeighsColoursIntoOne() {
        // Given
        Pixels gray = new Pixels(new ImageShape(1, 1, 2), new byte[] {10, (byte) 200});
        Pixels colours = new Pixels(new ImageShape(3, 1, 1), new byte[] {(byte) 255, (byte) 128, 0});

        // When
        Pixels repeated = gray.to(new ImageShape(3, 1, 2));
        Pixels luma = colours.to(new ImageShape(1, 1, 1));

        // Then
        assertThat(repeated.values()).containsExactly(10, 200, 10, 200, 10, 200);
        // 0.299 * 255 + 0.587 * 128 = 151.4
        assertThat(luma.at(0, 0, 0)).isEqualTo(151);
    }

    @Test
    void resizesBilinearlyWithPixelCentresAligned() {
        // Given
        Pixels row = new Pixels(new ImageShape(1, 1, 2), new byte[] {0, 100});

        // When
        Pixels wider = row.to(new ImageShape(1, 1, 4));
        Pixels narrower = wider.to(new ImageShape(1, 1, 2));

        // Then
        assertThat(wider.values()).containsExactly(0, 25, 75, 100);
        assertThat(narrower.values()).containsExactly(13, 88);
    }

    @Test
    void keepsAConstantImageConstantAtAnySize() {
        // Given
        byte[] values = new byte[28 * 28];
        java.util.Arrays.fill(values, (byte) 201);

        // When
        Pixels resized = new Pixels(new ImageShape(1, 28, 28), values).to(new ImageShape(3, 32, 17));

        // Then
        assertThat(resized.values()).hasSize(3 * 32 * 17).containsOnly(201);
    }

    @Test
    void isItselfInItsOwnShape() {
        Pixels pixels = new Pixels(new ImageShape(1, 1, 2), new byte[2]);

        assertThat(pixels.to(new ImageShape(1, 1, 2))).isSameAs(pixels);
    }

    @Test
    void refusesTheWrongNumberOfBytesOrChannels() {
        Sample false1 = Sample.newBuilder()
                .setContentType("application/x-tensor;dtype=uint8;shape=1,2,2")
                .build();
        Sample false2 = Sample.newBuilder().setContentType("text/plain").build();

        assertThatThrownBy(() -> new Pixels(new ImageShape(1, 2, 2), new byte[3]))
                .hasMessageContaining("has 4 bytes, not 3");
        assertThatThrownBy(() -> new Pixels(new ImageShape(2, 1, 1), new byte[2]))
                .hasMessageContaining("1 or 3 channels");
        assertThatThrownBy(() -> Pixels.of(false1)).hasMessageContaining("has 4 bytes, not 0");
        assertThatThrownBy(() -> Pixels.of(false2)).hasMessageContaining("neither a PNG nor a JPEG");
    }
}
