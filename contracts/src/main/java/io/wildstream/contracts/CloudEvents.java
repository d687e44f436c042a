// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.wildstream.contracts.v1.EndOfStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The CloudEvents 1.0 attributes of a record, in Kafka's binary content mode: {@code ce_id}, {@code ce_source}, {@code ce_type},
 * {@code ce_specversion}. The type names the message in the value.
 */
public final class CloudEvents {

    /** Header of the event's id: the sample id, or the partition of an end marker. */
    public static final String ID = "ce_id";
    /** Header of the process that made the event, as a URI reference. */
    public static final String SOURCE = "ce_source";
    /** Header of the value's type, the full name of its message. */
    public static final String TYPE = "ce_type";
    /** Header of the specification's version. */
    public static final String SPEC_VERSION = "ce_specversion";

    private static final byte[] VERSION = "1.0".getBytes(UTF_8);
    private static final String END_OF_STREAM = type(EndOfStream.getDescriptor());

    private CloudEvents() {}

    /** The {@code ce_type} of a message type, such as {@code wildstream.v1.Sample}. */
    public static String type(Descriptor descriptor) {
        return descriptor.getFullName();
    }

    /**
     * Fresh headers for a value.
     *
     * @param id unique together with {@code source}
     * @param source such as {@code /wildstream/teacher}
     */
    public static Headers headers(Message value, String id, String source) {
        Headers headers = new RecordHeaders();
        headers.add(SPEC_VERSION, VERSION);
        headers.add(TYPE, type(value.getDescriptorForType()).getBytes(UTF_8));
        headers.add(SOURCE, source.getBytes(UTF_8));
        headers.add(ID, id.getBytes(UTF_8));
        return headers;
    }

    /** Whether the record with these headers is an {@link EndOfStream}. */
    public static boolean isEndOfStream(Headers headers) {
        return END_OF_STREAM.equals(text(headers, TYPE));
    }

    /** The last value of a header as text, or null without one. */
    public static @Nullable String text(Headers headers, String key) {
        Header header = headers.lastHeader(key);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
