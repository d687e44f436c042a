// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.google.protobuf.Descriptors.Descriptor;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.teacher.OwnSamples;
import io.wildstream.teacher.SampleSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the records of {@code samples} are to be read: the keys {@code wildstream.teacher.source.*}.
 *
 * @param format what a record's value is
 * @param id what a sample is called by
 * @param field where the image is in JSON or protobuf
 * @param descriptors file that describes protobuf messages
 * @param message full name of the protobuf message
 * @param contentType of every image; empty to tell the formats of image files apart by their first bytes
 * @param address whether the field, or the value, holds the image's address, and what else is known of it
 */
public record SourceSettings(
        Format format,
        UserTopic.Id id,
        Optional<String> field,
        Optional<Path> descriptors,
        Optional<String> message,
        Optional<String> contentType,
        AddressFields address) {

    private static final String KEYS = "wildstream.teacher.source.";

    /** Settings of records that hold the image itself. */
    public SourceSettings(
            Format format,
            UserTopic.Id id,
            Optional<String> field,
            Optional<Path> descriptors,
            Optional<String> message,
            Optional<String> contentType) {
        this(format, id, field, descriptors, message, contentType, AddressFields.NONE);
    }

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
        boolean addresses = address.holds() == AddressFields.Holds.ADDRESS;
        if (format == Format.SAMPLE) {
            needed("content-type", contentType.isPresent(), false, "");
            needed("holds", addresses, false, "");
        }
        addressOnly("address-prefix", address.prefix(), addresses);
        addressOnly("sha256-field", address.sha256(), addresses && format != Format.IMAGE);
        addressOnly("size-field", address.size(), addresses && format != Format.IMAGE);
        if (format == Format.SAMPLE) {
            return OwnSamples.INSTANCE;
        }
        contentType.ifPresent(SourceSettings::checkContentType);
        PayloadField payload =
                addresses ? new AddressField(texts(), address.prefix().orElse("")) : PayloadField.bytes(image());
        return new UserTopic(payload, id, contentType);
    }

    private ImageField image() {
        return switch (format) {
            case SAMPLE, IMAGE -> ImageField.WHOLE_VALUE;
            case JSON -> pointer("field", field, JsonImage::new);
            case PROTOBUF -> {
                Descriptor descriptor = descriptor();
                yield path("field", "a bytes field", field, name -> new ProtobufImage(descriptor, name));
            }
        };
    }

    private AddressField.Texts texts() {
        return switch (format) {
            case SAMPLE, IMAGE -> value -> new String[] {new String(value, StandardCharsets.UTF_8).strip(), null, null};
            case JSON -> {
                address.sha256().ifPresent(text -> pointer("sha256-field", address.sha256(), JsonPointer::compile));
                address.size().ifPresent(text -> pointer("size-field", address.size(), JsonPointer::compile));
                yield pointer("field", field, text -> new JsonAddress(text, address.sha256(), address.size()));
            }
            case PROTOBUF -> protobufAddress(descriptor());
        };
    }

    private AddressField.Texts protobufAddress(Descriptor descriptor) {
        return new ProtobufAddress(
                descriptor,
                path(
                        "field",
                        "a string field",
                        field,
                        name -> new ProtobufPath(descriptor, name, ProtobufAddress.address())),
                address.sha256().isEmpty()
                        ? null
                        : path(
                                "sha256-field",
                                "a string or bytes field",
                                address.sha256(),
                                name -> new ProtobufPath(descriptor, name, ProtobufAddress.sha256())),
                address.size().isEmpty()
                        ? null
                        : path(
                                "size-field",
                                "an integer field",
                                address.size(),
                                name -> new ProtobufPath(descriptor, name, ProtobufAddress.size())));
    }

    private static <T> T pointer(String key, Optional<String> value, Function<String, T> compile) {
        String pointer = value.orElseThrow();
        try {
            return compile.apply(pointer);
        } catch (IllegalArgumentException e) {
            throw wrong(key, pointer, "use a JSON pointer such as /image/data: " + e.getMessage(), e);
        }
    }

    private static <T> T path(String key, String what, Optional<String> value, Function<String, T> find) {
        String path = value.orElseThrow();
        try {
            return find.apply(path);
        } catch (IllegalArgumentException e) {
            throw wrong(key, path, "use the path of " + what + ": " + e.getMessage(), e);
        }
    }

    private static void addressOnly(String key, Optional<String> value, boolean used) {
        if (value.isPresent() && !used) {
            throw new IllegalArgumentException(KEYS + key + " is set, but is used only with " + KEYS + "holds=address"
                    + (key.endsWith("field") ? " of JSON and protobuf" : "") + ": remove it");
        }
    }

    private Descriptor descriptor() {
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
        return descriptor;
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
