// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.util.function.BiConsumer;

/**
 * What a rule must find again after a crash: bytes by key, written in the same transaction as the decisions that they come from. Used by
 * one thread.
 */
public interface RuleState {

    /** Stores a value. */
    void put(byte[] key, byte[] value);

    /** Forgets a value. */
    void delete(byte[] key);

    /** Visits all values. */
    void forEach(BiConsumer<byte[], byte[]> visitor);
}
