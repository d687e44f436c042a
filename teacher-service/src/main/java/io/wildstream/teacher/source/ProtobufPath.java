// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A field of a protobuf message, perhaps of a message within it: {@code image.data}. */
final class ProtobufPath {

    private final Descriptor message;
    private final String path;
    private final List<FieldDescriptor> steps;

    /**
     * Finds the field.
     *
     * @param path names of fields, with dots between them
     * @param wanted types of the field
     * @throws IllegalArgumentException when the message has no such field; names those of its place
     */
    ProtobufPath(Descriptor message, String path, List<JavaType> wanted) {
        this.message = message;
        this.path = path;
        this.steps = steps(message, path, wanted);
    }

    private static List<FieldDescriptor> steps(Descriptor message, String path, List<JavaType> last) {
        List<FieldDescriptor> steps = new ArrayList<>();
        Descriptor at = message;
        String[] names = path.split("\\.", -1);
        for (int i = 0; i < names.length; i++) {
            FieldDescriptor field = at.findFieldByName(names[i]);
            List<JavaType> wanted = i == names.length - 1 ? last : List.of(JavaType.MESSAGE);
            if (field == null || field.isRepeated() || !wanted.contains(field.getJavaType())) {
                throw new IllegalArgumentException("'" + names[i] + "' is not a single field of the type "
                        + name(wanted.get(0)) + " of " + at.getFullName() + ", which has " + describe(at));
            }
            steps.add(field);
            if (field.getJavaType() == JavaType.MESSAGE) {
                at = field.getMessageType();
            }
        }
        return steps;
    }

    private static String name(JavaType type) {
        return type == JavaType.BYTE_STRING ? "bytes" : type.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> describe(Descriptor message) {
        return message.getFields().stream()
                .map(field -> (field.isRepeated() ? "repeated " : "")
                        + field.getType().name().toLowerCase(Locale.ROOT) + " " + field.getName())
                .toList();
    }

    /** A value as the message, without the prefix of a schema registry. */
    static Message parse(Descriptor message, byte[] value) throws UnreadableRecordException {
        int start = Framing.beforeProtobuf(value);
        try {
            return DynamicMessage.parseFrom(message, ByteString.copyFrom(value, start, value.length - start));
        } catch (InvalidProtocolBufferException e) {
            throw new UnreadableRecordException(
                    Refusal.MALFORMED, "the value is not a " + message.getFullName() + ": " + e.getMessage());
        }
    }

    /** What the field holds; its type's default when it is not set. */
    Object of(Message parsed) {
        Message at = parsed;
        for (FieldDescriptor step : steps.subList(0, steps.size() - 1)) {
            at = (Message) at.getField(step);
        }
        return at.getField(steps.get(steps.size() - 1));
    }

    /** The refusal of a message in which the field is not set. */
    UnreadableRecordException missing() {
        return new UnreadableRecordException(
                Refusal.MISSING_FIELD, "the field " + path + " of " + message.getFullName() + " is not set or empty");
    }
}
