// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wildstream.selection.RuleState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** A curriculum's part of the task's state store: keys that begin with its name and a zero byte. */
public final class StoreRuleState implements RuleState {

    private final KeyValueStore<Bytes, byte[]> store;
    private final byte[] prefix;

    public StoreRuleState(KeyValueStore<Bytes, byte[]> store, String curriculum) {
        this.store = store;
        this.prefix = (curriculum + '\0').getBytes(UTF_8);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        store.put(full(key), value);
    }

    @Override
    public void delete(byte[] key) {
        store.delete(full(key));
    }

    @Override
    public void forEach(BiConsumer<byte[], byte[]> visitor) {
        try (BytesSerializer serializer = new BytesSerializer();
                var entries = store.prefixScan(Bytes.wrap(prefix), serializer)) {
            while (entries.hasNext()) {
                var entry = entries.next();
                byte[] key = entry.key.get();
                visitor.accept(Arrays.copyOfRange(key, prefix.length, key.length), entry.value);
            }
        }
    }

    private Bytes full(byte[] key) {
        return Bytes.wrap(ByteBuffer.allocate(prefix.length + key.length)
                .put(prefix)
                .put(key)
                .array());
    }
}
