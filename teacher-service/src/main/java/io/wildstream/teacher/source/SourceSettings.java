// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.Descriptors.Descriptor;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.teacher.OwnSamples;
import io.wildstream.teacher.SampleSource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the records of {@code samples} are to be read: the keys {@code wildstream.teacher.source.*}.
 *
 * @param format what a record's value is
 * @param id what a sample is called by
 * @param field where the image is in JSON or protobuf
 * @param descriptors file that describes protobuf messages
 * @param message full name of the protobuf message
 * @param contentType of every image; empty to tell the formats of image files apart by their first bytes
 */
public record SourceSettings(
        Format format,
        UserTopic.Id id,
        Optional<String> field,
        Optional<Path> descriptors,
        Optional<String> message,
        Optional<String> contentType) {

    private static final String KEYS = "wildstream.teacher.source.";

    /** What a record's value is. */
    public enum Format {
        /** A {@code wildstream.v1.Sample}. */
        SAMPLE,
        /** An image file, or a tensor. */
        IMAGE,
        /** JSON with the image as base64. */
        JSON,
        /** A protobuf message with the image in a {@code bytes} field. */
        PROTOBUF
    }

    /**
     * The source as configured.
     *
     * @throws IllegalArgumentException naming the key that is missing, superfluous or wrong, and what to set
     */
    public SampleSource source() {
        boolean json = format == Format.JSON;
        boolean protobuf = format == Format.PROTOBUF;
        needed(
                "field",
                field.isPresent(),
                json || protobuf,
                json ? "a JSON pointer such as /image/data" : "such as image.data");
        needed(
                "descriptors",
                descriptors.isPresent(),
                protobuf,
                "a file of protoc --include_imports --descriptor_set_out");
        needed("message", message.isPresent(), protobuf, "the full name of the message, such as acme.Photo");
        if (format == Format.SAMPLE) {
            needed("content-type", contentType.isPresent(), false, "");
            return OwnSamples.INSTANCE;
        }
        contentType.ifPresent(SourceSettings::checkContentType);
        return new UserTopic(image(), id, contentType);
    }

    private ImageField image() {
        return switch (format) {
            case SAMPLE, IMAGE -> ImageField.WHOLE_VALUE;
            case JSON -> jsonImage(field.orElseThrow());
            case PROTOBUF -> protobufImage();
        };
    }

    private static ImageField jsonImage(String pointer) {
        try {
            return new JsonImage(pointer);
        } catch (IllegalArgumentException e) {
            throw wrong("field", pointer, "use a JSON pointer such as /image/data: " + e.getMessage(), e);
        }
    }

    private ImageField protobufImage() {
        Path file = descriptors.orElseThrow();
        DescriptorSet set;
        try {
            set = DescriptorSet.read(file);
        } catch (IllegalArgumentException e) {
            throw wrong("descriptors", file, String.valueOf(e.getMessage()), e);
        }
        String name = message.orElseThrow();
        Descriptor descriptor = set.messages().get(name);
        if (descriptor == null) {
            throw wrong(
                    "message",
                    name,
                    "use one of those in " + file + ": " + set.messages().keySet(),
                    null);
        }
        String path = field.orElseThrow();
        try {
            return new ProtobufImage(descriptor, path);
        } catch (IllegalArgumentException e) {
            throw wrong("field", path, "use the path of a bytes field: " + e.getMessage(), e);
        }
    }

    private static void checkContentType(String type) {
        try {
            SampleDecoder.checkContentType(type);
        } catch (InvalidSampleException e) {
            throw wrong("content-type", type, e.detail(), e);
        }
    }

    private void needed(String key, boolean there, boolean wanted, String what) {
        String format = KEYS + "format=" + this.format.name().toLowerCase(java.util.Locale.ROOT);
        if (wanted && !there) {
            throw new IllegalArgumentException(KEYS + key + " is not set, which " + format + " needs: use " + what);
        }
        if (!wanted && there) {
            throw new IllegalArgumentException(KEYS + key + " is set, but " + format + " does not use it: remove it");
        }
    }

    private static IllegalArgumentException wrong(
            String key, Object value, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(KEYS + key + " '" + value + "': " + what, cause);
    }
}
