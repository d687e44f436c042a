// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.CodedOutputStream;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an image begins in a record's value: the prefix of a schema registry, and base64 in JSON. */
class ImageFieldTest {

    private static final byte[] IMAGE = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2};
    private static final String BASE64 = Base64.getEncoder().encodeToString(IMAGE);

    @Test
    void beginsAtTheFirstByteOfAValueWithoutAPrefix() throws UnreadableRecordException {
        // Given
        byte[] json = "{\"a\":1}".getBytes(UTF_8);
        byte[] zeros = {0, 0, 0, 0};

        // When // Then: what is shorter than a prefix has none
        assertThat(Framing.beforeJson(json)).isZero();
        assertThat(Framing.beforeJson(zeros)).isZero();
        assertThat(Framing.beforeProtobuf(new byte[] {10, 1, 2, 3, 4, 5})).isZero();
        assertThat(Framing.beforeProtobuf(new byte[0])).isZero();
    }

    @Test
    void skipsTheSchemaIdOfJson() {
        // Given
        byte[] framed = {0, 0, 0, 0, 7, '{', '}'};

        // When // Then
        assertThat(Framing.beforeJson(framed)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"0, 6", "1, 7", "2, 8", "3, 9"})
    void skipsTheMessageIndexesOfProtobuf(int indexes, int begin) throws Exception {
        // Given
        byte[] framed = framed(indexes, 1);

        // When // Then
        assertThat(Framing.beforeProtobuf(framed)).isEqualTo(begin);
    }

    @Test
    void skipsIndexesThatTakeMoreThanOneByte() throws Exception {
        // Given
        byte[] framed = framed(2, 1000);

        // When // Then
        assertThat(Framing.beforeProtobuf(framed)).isEqualTo(10);
    }

    @Test
    void refusesAValueThatEndsWithinItsPrefix() {
        // Given: three indexes are announced, one is there
        byte[] cut = {0, 0, 0, 0, 7, 6, 2};

        // When // Then
        assertThatThrownBy(() -> Framing.beforeProtobuf(cut))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessage("the value begins with the prefix of a schema registry and ends within it");
    }

    @Test
    void readsBase64AtAPointerWithAndWithoutPaddingAndAsADataUrl() throws UnreadableRecordException {
        // Given
        JsonImage image = new JsonImage("/photo/0/data");
        String unpadded = BASE64.replace("=", "");

        // When // Then
        assertThat(image.of(json(BASE64)).toByteArray()).isEqualTo(IMAGE);
        assertThat(image.of(json(unpadded)).toByteArray()).isEqualTo(IMAGE);
        assertThat(image.of(json("data:image/png;base64," + BASE64)).toByteArray())
                .isEqualTo(IMAGE);
        assertThat(image.of(framedJson(BASE64)).toByteArray()).isEqualTo(IMAGE);
        assertThat(image.of(json("")).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"photo\":[]}", "{\"photo\":[{\"data\":null}]}", "[1]", "7", "null"})
    void namesTheFieldThatIsMissing(String json) {
        // When
        UnreadableRecordException refused = refused(json.getBytes(UTF_8));

        // Then
        assertThat(refused.reason()).isEqualTo(Refusal.MISSING_FIELD);
        assertThat(refused.detail()).isEqualTo("the JSON has no field /photo/0/data");
    }

    @Test
    void tellsTextThatIsNotBase64FromWhatIsNotText() {
        // When
        UnreadableRecordException number = refused("{\"photo\":[{\"data\":1}]}".getBytes(UTF_8));
        UnreadableRecordException text = refused(json("*not*"));
        UnreadableRecordException url = refused(json("data:image/png," + BASE64));

        // Then
        assertThat(number.detail()).isEqualTo("the field /photo/0/data is not text but number");
        assertThat(text.detail()).startsWith("the field /photo/0/data is not base64: ");
        assertThat(url.detail()).isEqualTo("the field /photo/0/data is a data: URL without ;base64,");
        assertThat(number.reason()).isEqualTo(Refusal.NOT_BASE64);
        assertThat(url.reason()).isEqualTo(Refusal.NOT_BASE64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "\u0000abcd", "\u0000\u0000\u0000\u0000\u0001"})
    void refusesWhatIsNotOneJsonValue(String value) {
        // When
        UnreadableRecordException refused = refused(value.getBytes(UTF_8));

        // Then: one line, for a header
        assertThat(refused.reason()).isEqualTo(Refusal.MALFORMED);
        assertThat(refused.detail()).startsWith("the value is not JSON: ").doesNotContain("\n");
    }

    @Test
    void takesTheWholeValueAsTheImage() throws UnreadableRecordException {
        // When // Then
        assertThat(ImageField.WHOLE_VALUE.of(IMAGE).toByteArray()).isEqualTo(IMAGE);
    }

    private static UnreadableRecordException refused(byte[] value) {
        return catchThrowableOfType(UnreadableRecordException.class, () -> new JsonImage("/photo/0/data").of(value));
    }

    private static byte[] json(String data) {
        return ("{\"photo\":[{\"data\":\"" + data + "\"}]}").getBytes(UTF_8);
    }

    private static byte[] framedJson(String data) {
        byte[] json = json(data);
        byte[] framed = new byte[5 + json.length];
        framed[4] = 9;
        System.arraycopy(json, 0, framed, 5, json.length);
        return framed;
    }

    /** A prefix with so many message indexes of a value, and one byte behind it. */
    private static byte[] framed(int indexes, int value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {0, 0, 0, 0, 7});
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeSInt32NoTag(indexes);
        for (int i = 0; i < indexes; i++) {
            out.writeSInt32NoTag(value);
        }
        out.flush();
        bytes.write(10);
        return bytes.toByteArray();
    }
}
