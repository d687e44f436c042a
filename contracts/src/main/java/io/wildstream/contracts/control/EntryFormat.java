// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * What the entries of a topic must be. It is the one place where key and value are checked: what it returns can be used without a further
 * look.
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
