// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.engine.ImageShape;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.preprocess.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Image files of any size and format, with and without a contract that says what becomes of them. */
class ContractSamplesTest {

    private static final float MEAN = 0.25f;
    private static final float STD = 0.5f;
    private static final ImageShape COLOUR = new ImageShape(3, 4, 3);
    private static final ModelDescription PLAIN = new ModelDescription(
            "m",
            COLOUR,
            List.of("a", "b"),
            Collections.nCopies(3, MEAN),
            Collections.nCopies(3, STD),
            1,
            "",
            null,
            List.of(),
            List.of(),
            null,
            null);

    @Test
    void theRefusalOfAnotherSizeSaysWhatToWriteIntoTheModelsDescription() throws IOException {
        // Given
        byte[] file = file(new BufferedImage(2, 4, BufferedImage.TYPE_INT_RGB), "png");

        // When
        InvalidSampleException refusal =
                catchThrowableOfType(InvalidSampleException.class, () -> decode(PLAIN, "image/png", file));

        // Then
        String advice = refusal.detail().substring(refusal.detail().indexOf("\"preprocessing\": ") + 17);
        assertThat(Preprocessing.fromJson(advice).gives(COLOUR)).isTrue();
    }

    @Test
    void aContractTakesFilesOfAnySizeAndFormatWhateverTheirContentTypeSays() throws Exception {
        // Given
        Preprocessing contract = Preprocessing.fromJson("{\"colour\": \"BGR\","
                + " \"resize\": {\"mode\": \"exact\", \"size\": [4, 3], \"interpolation\": \"box\"}}");
        ModelDescription model = PLAIN.withPreprocessing(contract);
        BufferedImage image = new BufferedImage(6, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 48; i++) {
            image.setRGB(i % 6, i / 6, 0x336699);
        }

        for (String format : List.of("png", "gif", "bmp", "tiff")) {
            // When
            float[] decoded = decode(model, "image/jpeg", file(image, format));

            // Then
            assertThat(decoded)
                    .as(format)
                    .startsWith((0x99 / 255f - MEAN) / STD)
                    .endsWith((0x33 / 255f - MEAN) / STD)
                    .hasSize(COLOUR.values());
        }
    }

    @Test
    void theDecoderBeforeGoesByTheContentType() throws IOException {
        // Given
        Sample sample = sample("image/jpeg", file(new BufferedImage(3, 4, BufferedImage.TYPE_INT_RGB), "png"));
        FloatBuffer target = FloatBuffer.allocate(COLOUR.values());

        // When
        InvalidSampleException refusal = catchThrowableOfType(
                InvalidSampleException.class,
                () -> new SampleDecoder(PLAIN).decode(sample, SampleDecoder.LIBJPEG_COLOURS, target));

        // Then
        assertThat(refusal.detail()).isEqualTo("jpeg: the file does not begin as a JPEG file does");
    }

    private static float[] decode(ModelDescription model, String contentType, byte[] payload)
            throws InvalidSampleException {
        FloatBuffer destination = FloatBuffer.allocate(COLOUR.values());
        new SampleDecoder(model).decode(sample(contentType, payload), destination);
        return destination.array();
    }

    private static Sample sample(String contentType, byte[] payload) {
        return Sample.newBuilder()
                .setId("s")
                .setContentType(contentType)
                .setPayload(ByteString.copyFrom(payload))
                .build();
    }

    private static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }
}
