// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;

/** An image in a {@code bytes} field of a protobuf message, perhaps of a message within it: {@code image.data}. */
final class ProtobufImage implements ImageField {

    private final Descriptor message;
    private final String path;
    private final List<FieldDescriptor> steps;

    /**
     * Finds the field.
     *
     * @param path names of fields, with dots between them
     * @throws IllegalArgumentException when the message has no such field of the type {@code bytes}; names those of its place
     */
    ProtobufImage(Descriptor message, String path) {
        this.message = message;
        this.path = path;
        this.steps = steps(message, path);
    }

    private static List<FieldDescriptor> steps(Descriptor message, String path) {
        List<FieldDescriptor> steps = new ArrayList<>();
        Descriptor at = message;
        String[] names = path.split("\\.", -1);
        for (int i = 0; i < names.length; i++) {
            FieldDescriptor field = at.findFieldByName(names[i]);
            FieldDescriptor.JavaType wanted =
                    i == names.length - 1 ? FieldDescriptor.JavaType.BYTE_STRING : FieldDescriptor.JavaType.MESSAGE;
            if (field == null || field.isRepeated() || field.getJavaType() != wanted) {
                throw new IllegalArgumentException("'" + names[i] + "' is not a single field of the type "
                        + (wanted == FieldDescriptor.JavaType.MESSAGE ? "message" : "bytes") + " of " + at.getFullName()
                        + ", which has " + describe(at));
            }
            steps.add(field);
            if (wanted == FieldDescriptor.JavaType.MESSAGE) {
                at = field.getMessageType();
            }
        }
        return steps;
    }

    private static List<String> describe(Descriptor message) {
        return message.getFields().stream()
                .map(field -> (field.isRepeated() ? "repeated " : "")
                        + field.getType().name().toLowerCase(java.util.Locale.ROOT) + " " + field.getName())
                .toList();
    }

    @Override
    public ByteString of(byte[] value) throws UnreadableRecordException {
        int start = Framing.beforeProtobuf(value);
        Message at;
        try {
            at = DynamicMessage.parseFrom(message, ByteString.copyFrom(value, start, value.length - start));
        } catch (InvalidProtocolBufferException e) {
            throw new UnreadableRecordException(
                    Refusal.MALFORMED, "the value is not a " + message.getFullName() + ": " + e.getMessage());
        }
        for (FieldDescriptor step : steps.subList(0, steps.size() - 1)) {
            at = (Message) at.getField(step);
        }
        ByteString image = (ByteString) at.getField(steps.get(steps.size() - 1));
        if (image.isEmpty()) {
            throw new UnreadableRecordException(
                    Refusal.MISSING_FIELD,
                    "the field " + path + " of " + message.getFullName() + " is not set or empty");
        }
        return image;
    }
}
