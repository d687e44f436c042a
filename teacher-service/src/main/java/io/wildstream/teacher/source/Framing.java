// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import com.google.protobuf.CodedInputStream;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import java.io.IOException;

/**
 * The prefix that serializers of a schema registry put before a value: a zero, the schema's id in four bytes and, for protobuf, the path of
 * the message in its file as zigzag varints, their count first. Neither JSON nor a protobuf message begins with a zero.
 */
final class Framing {

    private static final int SCHEMA_BYTES = 5;

    private Framing() {}

    /** Where JSON begins. */
    static int beforeJson(byte[] value) {
        return isFramed(value) ? SCHEMA_BYTES : 0;
    }

    /** Where a protobuf message begins. */
    static int beforeProtobuf(byte[] value) throws UnreadableRecordException {
        if (!isFramed(value)) {
            return 0;
        }
        CodedInputStream rest = CodedInputStream.newInstance(value, SCHEMA_BYTES, value.length - SCHEMA_BYTES);
        try {
            for (int left = rest.readSInt32(); left > 0; left--) {
                rest.readSInt32();
            }
        } catch (IOException e) {
            throw new UnreadableRecordException(
                    Refusal.MALFORMED, "the value begins with the prefix of a schema registry and ends within it");
        }
        return SCHEMA_BYTES + rest.getTotalBytesRead();
    }

    private static boolean isFramed(byte[] value) {
        return value.length >= SCHEMA_BYTES && value[0] == 0;
    }
}
