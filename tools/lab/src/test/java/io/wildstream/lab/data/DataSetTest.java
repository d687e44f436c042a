// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.engine.ImageSet;
import io.wildstream.engine.ImageShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataSetTest {

    private static final ImageShape SHAPE = new ImageShape(1, 2, 2);

    @Test
    void countsTheClassesOfItsLabelsOrOfItsNames() {
        // Given
        DataSet unnamed = set(List.of(), images(0, 3, 1));
        DataSet named = set(List.of("a", "b", "c", "d", "e"), images(0, 3, 1));
        DataSet unlabelled = set(List.of(), new RawImages(SHAPE, new byte[8], new byte[0]));

        // When // Then
        assertThat(unnamed.classCount()).isEqualTo(4);
        assertThat(unnamed.classNames()).containsExactly("0", "1", "2", "3");
        assertThat(named.classCount()).isEqualTo(5);
        assertThat(named.classNames()).containsExactly("a", "b", "c", "d", "e");
        assertThat(unlabelled.classCount()).isZero();
        assertThat(unlabelled.classNames()).isEmpty();
    }

    @Test
    void learnsFromTheTrainPartOrFromTheOnlyOne() {
        // Given
        Images train = images(0, 1);
        Images test = images(1);

        // When // Then
        assertThat(new DataSet("both", SHAPE, List.of(), Map.of(Part.TRAIN, train, Part.TEST, test)).trainOrOnly())
                .isSameAs(train);
        assertThat(new DataSet("test", SHAPE, List.of(), Map.of(Part.TEST, test)).trainOrOnly())
                .isSameAs(test);
        assertThat(new DataSet("both", SHAPE, List.of(), Map.of(Part.TRAIN, train, Part.TEST, test)).size())
                .isEqualTo(3);
    }

    @Test
    void decodesAPartWithTheNamesOfItsClasses() {
        // When
        ImageSet decoded = set(List.of("cat", "dog"), images(1, 0)).imageSet(Part.TRAIN);

        // Then
        assertThat(decoded.shape()).isEqualTo(SHAPE);
        assertThat(decoded.labels()).containsExactly(1, 0);
        assertThat(decoded.classes()).containsExactly("cat", "dog");
        assertThat(decoded.pixels()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void saysWhatItLacks() {
        // Given
        DataSet unlabelled = set(List.of(), new RawImages(SHAPE, new byte[8], new byte[0]));

        // When // Then
        assertThatThrownBy(() -> unlabelled.imageSet(Part.TEST)).hasMessage("Image set set has no TEST part");
        assertThatThrownBy(() -> unlabelled.imageSet(Part.TRAIN))
                .hasMessage("Image 0 has no label; labelled images are needed here");
        assertThatThrownBy(() -> set(List.of("only one"), images(0, 1)).imageSet(Part.TRAIN))
                .hasMessage("Image 1 has label 1, but there are 1 classes");
        assertThatThrownBy(() -> set(List.of(), images())).hasMessage("Image set set is empty");
    }

    private static DataSet set(List<String> classes, Images train) {
        return new DataSet("set", SHAPE, classes, Map.of(Part.TRAIN, train));
    }

    static RawImages images(int... labels) {
        byte[] values = new byte[labels.length * SHAPE.values()];
        byte[] stored = new byte[labels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) i;
        }
        for (int i = 0; i < labels.length; i++) {
            stored[i] = (byte) labels[i];
        }
        return new RawImages(SHAPE, values, stored);
    }
}
