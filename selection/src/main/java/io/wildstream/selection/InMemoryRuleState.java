// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A rule's state in a map, for a selection that need not survive its process. A copy is what a store would hold at that moment. */
public final class InMemoryRuleState implements RuleState {

    private final Map<ByteBuffer, byte[]> values = new HashMap<>();
    private long bytesPut;

    /** The same entries in a state of their own. */
    public InMemoryRuleState copy() {
        InMemoryRuleState copy = new InMemoryRuleState();
        copy.values.putAll(values);
        return copy;
    }

    /** Number of entries. */
    public int size() {
        return values.size();
    }

    /** Bytes of all keys and values that were put so far. */
    public long bytesPut() {
        return bytesPut;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        values.put(ByteBuffer.wrap(key), value);
        bytesPut += key.length + value.length;
    }

    @Override
    public void delete(byte[] key) {
        values.remove(ByteBuffer.wrap(key));
    }

    @Override
    public void forEach(BiConsumer<byte[], byte[]> visitor) {
        values.forEach((key, value) -> visitor.accept(key.array(), value));
    }
}
