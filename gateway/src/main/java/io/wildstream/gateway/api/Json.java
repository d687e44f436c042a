// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

/** Prints messages as proto3 JSON: field names in lowerCamelCase, 64-bit integers as strings, fields of value zero included. */
final class Json {

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().alwaysPrintFieldsWithNoPresence();

    private Json() {}

    static String of(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
