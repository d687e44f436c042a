// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ImageRangeTest {

    private final Images all = DataSetTest.images(0, 1, 2, 3, 4);

    @Test
    void showsTheImagesBetweenItsEnds() {
        // When
        Images range = all.range(1, 4);

        // Then
        assertThat(range.size()).isEqualTo(3);
        for (int i = 0; i < range.size(); i++) {
            assertThat(range.label(i)).isEqualTo(i + 1);
            assertThat(range.payload(i)).isEqualTo(all.payload(i + 1));
            assertThat(range.pixels(i).values()).isEqualTo(all.pixels(i + 1).values());
            assertThat(range.shape(i)).isEqualTo(all.shape(i + 1));
            assertThat(range.contentType(i)).isEqualTo(all.contentType(i + 1));
        }
    }

    @Test
    void ofARangeCountsFromItsOwnBeginning() {
        assertThat(all.range(1, 5).range(1, 2).label(0)).isEqualTo(2);
    }

    @Test
    void maybeEmptyAndIsThenNotLabelled() {
        // When
        Images none = all.range(2, 2);

        // Then
        assertThat(none.size()).isZero();
        assertThat(none.labelled()).isFalse();
        assertThat(all.labelled()).isTrue();
    }

    @Test
    void staysWithinItsEnds() {
        // Given
        Images range = all.range(1, 3);

        // When // Then
        assertThatThrownBy(() -> range.label(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> range.payload(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> all.range(2, 6)).hasMessage("There are 5 images, not a range from 2 to 6");
        assertThatThrownBy(() -> all.range(3, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
