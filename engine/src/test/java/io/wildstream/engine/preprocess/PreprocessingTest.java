// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.codec.Picture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'colour': 'RGB'}",
                "{'colour': 'BGR', 'orientation': 'exif'}",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'size': [28, 30], 'interpolation': 'box'}}",
                "{'colour': 'RGB', 'resize': {'mode': 'pad', 'size': [28, 30], 'interpolation': 'lanczos', 'fill': [1, 2, 3]}}",
                "{'colour': 'RGB', 'resize': {'mode': 'shorter-side', 'size': 256, 'interpolation': 'bicubic'},"
                        + " 'crop': {'mode': 'center', 'size': [224, 224]}}"
            })
    void whatIsWrittenIsRead(String text) {
        // Given
        Preprocessing read = read(text);

        // When
        Preprocessing again = Preprocessing.fromJson(read.toJson());

        // Then
        assertThat(again).isEqualTo(read);
    }

    @Test
    void whatMayBeLeftOutHasADefault() {
        // When
        Preprocessing read =
                read("{'colour': 'L', 'resize': {'mode': 'pad', 'size': 8, 'interpolation': 'nearest'}, 'crop': null}");

        // Then
        assertThat(read)
                .isEqualTo(new Preprocessing(
                        Colour.L,
                        Orientation.IGNORE,
                        new Resize(Resize.Mode.PAD, new Size(8, 8), Interpolation.NEAREST, List.of(0)),
                        null));
        assertThat(read.shape()).contains(new ImageShape(1, 8, 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|preprocessing must be an object",
                "{}|preprocessing.colour must be one of BGR, L, RGB, got nothing",
                "{'colour': 'rgb'}|preprocessing.colour must be one of BGR, L, RGB, got \"rgb\"",
                "{'colour': 'L', 'color': 1}|preprocessing.color is not known; known are colour",
                "{'colour': 'L', 'orientation': 6}|preprocessing.orientation must be one of exif, ignore, got 6",
                "{'colour': 'L', 'resize': 5}|preprocessing.resize must be an object",
                "{'colour': 'L', 'resize': {'mode': 'fit'}}|preprocessing.resize.mode must be one of exact, pad, shorter-side",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'size': 5}}|preprocessing.resize.interpolation must be one of",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'interpolation': 'box'}}|preprocessing.resize.size must be [height",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'size': [5, 0]}}|preprocessing.resize.size must be of whole",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'size': [5, 99999]}}|preprocessing.resize.size must be of whole",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'size': [5, 1.5]}}|preprocessing.resize.size must be of whole",
                "{'colour': 'L', 'resize': {'mode': 'shorter-side', 'size': [5, 5]}}|preprocessing.resize.size must be one whole",
                "{'colour': 'L', 'resize': {'mode': 'exact', 'size': 5, 'interpolation': 'box', 'fill': 1}}|resize.fill must be absent",
                "{'colour': 'L', 'resize': {'mode': 'pad', 'size': 5, 'interpolation': 'box', 'fill': 256}}|resize.fill must be one",
                "{'colour': 'L', 'resize': {'mode': 'pad', 'size': 5, 'interpolation': 'box', 'fill': [1, 2]}}|resize.fill must be one",
                "{'colour': 'L', 'crop': {'size': 5}}|preprocessing.crop.mode must be center, got nothing",
                "{'colour': 'L', 'crop': {'mode': 'center'}}|preprocessing.crop.size must be [height, width], got nothing",
                "{'colour': 'L', 'crop': {'mode': 'center', 'size': '5'}}|preprocessing.crop.size must be [height, width]"
            })
    void aRefusalNamesTheField(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(text)).withMessageContaining(message);
    }

    @Test
    void onlyWhatAlwaysGivesTheInputFits() {
        ImageShape input = new ImageShape(3, 8, 8);
        String shorter = "{'colour': 'RGB', 'resize': {'mode': 'shorter-side', 'size': 8, 'interpolation': 'box'}%s}";
        assertThat(read("{'colour': 'BGR'}").gives(input)).isTrue();
        assertThat(read("{'colour': 'L'}").gives(input)).isFalse();
        assertThat(read(shorter.formatted("")).gives(input)).isFalse();
        assertThat(read(shorter.formatted(", 'crop': {'mode': 'center', 'size': [8, 8]}"))
                        .gives(input))
                .isTrue();
        assertThat(read(shorter.formatted(", 'crop': {'mode': 'center', 'size': [8, 9]}"))
                        .gives(input))
                .isFalse();
    }

    @Test
    void aLongPictureTakesTheMemoryOfItsResult() {
        // Given: 1 x 65,535 pixels that would be 16,384 x 1,073,725,440 large
        Preprocessing contract = read("{'colour': 'L', 'resize': {'mode': 'shorter-side', 'size': 16384,"
                + " 'interpolation': 'lanczos'}, 'crop': {'mode': 'center', 'size': [2, 3]}}");
        byte[] pixels = new byte[65_535];
        pixels[32_767] = (byte) 200;

        // When
        byte[] seen = new Preprocessor(contract).apply(new Picture(1, 1, 65_535, pixels), 1);

        // Then
        assertThat(seen).containsExactly(200, 200, 200, 200, 200, 200);
    }

    private static Preprocessing read(String text) {
        return Preprocessing.fromJson(json(text));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
