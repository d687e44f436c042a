// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

/** Reads and prints messages as proto3 JSON: field names in lowerCamelCase, 64-bit integers as strings, fields of value zero included. */
final class Json {

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().alwaysPrintFieldsWithNoPresence();

    private static final JsonFormat.Parser PARSER = JsonFormat.parser();

    private Json() {}

    /**
     * Reads a message; a field that it does not have is refused.
     *
     * @throws InvalidProtocolBufferException when the text is not the JSON of such a message
     */
    static void read(String json, Message.Builder into) throws InvalidProtocolBufferException {
        PARSER.merge(json, into);
    }

    static String of(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
