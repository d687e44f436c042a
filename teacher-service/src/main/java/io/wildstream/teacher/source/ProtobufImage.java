// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.wildstream.teacher.UnreadableRecordException;
import java.util.List;

/** An image in a {@code bytes} field of a protobuf message. */
final class ProtobufImage implements ImageField {

    private final Descriptor message;
    private final ProtobufPath path;

    /**
     * Finds the field.
     *
     * @param path names of fields, with dots between them
     * @throws IllegalArgumentException when the message has no such field of the type {@code bytes}; names those of its place
     */
    ProtobufImage(Descriptor message, String path) {
        this.message = message;
        this.path = new ProtobufPath(message, path, List.of(JavaType.BYTE_STRING));
    }

    @Override
    public ByteString of(byte[] value) throws UnreadableRecordException {
        ByteString image = (ByteString) path.of(ProtobufPath.parse(message, value));
        if (image.isEmpty()) {
            throw path.missing();
        }
        return image;
    }
}
