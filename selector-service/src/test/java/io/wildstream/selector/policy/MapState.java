// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.policy;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A rule's state in a map, copied at will: what a store would hold at that moment. */
public final class MapState implements RuleState {

    private final Map<ByteBuffer, byte[]> values = new HashMap<>();
    private long bytesPut;

    public MapState copy() {
        MapState copy = new MapState();
        copy.values.putAll(values);
        return copy;
    }

    public int size() {
        return values.size();
    }

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
