// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * What the entries of a topic must be, so that readers can follow them: the bytes are such a message, the key is a name, and the value is
 * about what the key names. What a spec asks for is checked where it is applied, because there it can be refused with a reason.
 *
 * @param <V> what a value is read to
 */
@FunctionalInterface
public interface EntryFormat<V> {

    /**
     * Reads a value.
     *
     * @throws InvalidProtocolBufferException when the bytes are no such message
     * @throws IllegalArgumentException when key or value must not be; the message says why
     */
    V read(String key, byte[] value) throws InvalidProtocolBufferException;
}
