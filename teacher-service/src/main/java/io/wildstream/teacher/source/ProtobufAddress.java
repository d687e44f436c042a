// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.wildstream.teacher.UnreadableRecordException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address of an image in a {@code string} field of a protobuf message, with its digest in a {@code string} or {@code bytes} field and
 * its size in one of a whole number.
 */
final class ProtobufAddress implements AddressField.Texts {

    private final Descriptor message;
    private final ProtobufPath address;
    private final @Nullable ProtobufPath sha256;
    private final @Nullable ProtobufPath size;

    ProtobufAddress(
            Descriptor message, ProtobufPath address, @Nullable ProtobufPath sha256, @Nullable ProtobufPath size) {
        this.message = message;
        this.address = address;
        this.sha256 = sha256;
        this.size = size;
    }

    /** Types of an address's field. */
    static List<JavaType> address() {
        return List.of(JavaType.STRING);
    }

    /** Types of a digest's field. */
    static List<JavaType> sha256() {
        return List.of(JavaType.STRING, JavaType.BYTE_STRING);
    }

    /** Types of a size's field. */
    static List<JavaType> size() {
        return List.of(JavaType.LONG, JavaType.INT);
    }

    @Override
    public @Nullable String[] of(byte[] value) throws UnreadableRecordException {
        Message parsed = ProtobufPath.parse(message, value);
        String text = (String) address.of(parsed);
        if (text.isEmpty()) {
            throw address.missing();
        }
        return new @Nullable String[] {
            text,
            sha256 == null ? null : digest(sha256.of(parsed)),
            size == null ? null : size.of(parsed).toString()
        };
    }

    private static String digest(Object held) {
        return held instanceof ByteString bytes ? HexFormat.of().formatHex(bytes.toByteArray()) : (String) held;
    }
}
