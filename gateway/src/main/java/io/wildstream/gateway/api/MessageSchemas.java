// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/** The schemas of messages as {@link Json} prints them, with those of all messages in them. */
final class MessageSchemas {

    /** A floating-point number: JSON has no literals for those that are not finite. */
    static final String NUMBER = "Number";

    private static final String REFERENCE = "#/components/schemas/";
    private static final List<Object> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

    private final Map<String, Schema> schemas = new TreeMap<>();

    MessageSchemas() {
        schemas.put(
                NUMBER,
                OASFactory.createSchema()
                        .anyOf(List.of(
                                type(SchemaType.NUMBER).format("double"),
                                type(SchemaType.STRING).enumeration(NOT_FINITE))));
    }

    /** The schemas by name. */
    Map<String, Schema> all() {
        return schemas;
    }

    /** A message's name in the document: its full name without the package. */
    static String name(Descriptor message) {
        return message.getFullName().substring(message.getFile().getPackage().length() + 1);
    }

    /** Adds a message, and refers to it. */
    Schema reference(Descriptor message) {
        String name = name(message);
        if (!schemas.containsKey(name)) {
            Schema schema = type(SchemaType.OBJECT);
            schemas.put(name, schema);
            for (FieldDescriptor field : message.getFields()) {
                schema.addProperty(field.getJsonName(), of(field));
                if (!field.hasPresence()) {
                    schema.addRequired(field.getJsonName());
                }
            }
            List<String> choices = new ArrayList<>();
            message.getRealOneofs()
                    .forEach(oneof -> choices.add(oneof.getFields().stream()
                            .map(FieldDescriptor::getJsonName)
                            .collect(Collectors.joining(", ", "At most one of ", " is set."))));
            if (!choices.isEmpty()) {
                schema.description(String.join(" ", choices));
            }
        }
        return to(name);
    }

    private Schema of(FieldDescriptor field) {
        if (field.isMapField()) {
            return type(SchemaType.OBJECT)
                    .additionalPropertiesSchema(one(field.getMessageType().findFieldByName("value")));
        }
        return field.isRepeated() ? type(SchemaType.ARRAY).items(one(field)) : one(field);
    }

    private Schema one(FieldDescriptor field) {
        return switch (field.getType()) {
            case DOUBLE, FLOAT -> to(NUMBER);
            case INT32, SINT32, SFIXED32 -> type(SchemaType.INTEGER).format("int32");
            case UINT32, FIXED32 -> type(SchemaType.INTEGER).format("int64");
            case INT64, SINT64, SFIXED64 ->
                type(SchemaType.STRING).format("int64").pattern("^-?[0-9]+$");
            case UINT64, FIXED64 -> type(SchemaType.STRING).format("uint64").pattern("^[0-9]+$");
            case BOOL -> type(SchemaType.BOOLEAN);
            case STRING -> type(SchemaType.STRING);
            case BYTES -> type(SchemaType.STRING).format("byte");
            case ENUM ->
                type(SchemaType.STRING)
                        .enumeration(field.getEnumType().getValues().stream()
                                .map(EnumValueDescriptor::getName)
                                .map(Object.class::cast)
                                .toList());
            case MESSAGE, GROUP ->
                field.getMessageType().equals(Timestamp.getDescriptor())
                        ? type(SchemaType.STRING).format("date-time")
                        : reference(field.getMessageType());
        };
    }

    static Schema to(String name) {
        return OASFactory.createSchema().ref(REFERENCE + name);
    }

    static Schema type(SchemaType type) {
        return OASFactory.createSchema().addType(type);
    }
}
