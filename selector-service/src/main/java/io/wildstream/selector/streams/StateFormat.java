// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The version of what the rules keep in a task's state store, kept in the store itself. A selector goes on from its own version and all
 * before it, and refuses what a newer one wrote: read wrongly it would select wrongly, for good.
 */
public final class StateFormat {

    /**
     * The version that this code writes. State without a version is of version 1; version 2 added the state of share caps, of drift
     * detection and of ranked curricula, under keys of their own.
     */
    public static final int VERSION = 2;

    /** Sorts before every curriculum's keys, which begin with a letter. */
    public static final Bytes KEY = Bytes.wrap("\0format".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    private StateFormat() {}

    /**
     * Marks a store with this version.
     *
     * @throws IllegalStateException when a newer selector wrote it
     */
    public static void claim(KeyValueStore<Bytes, byte[]> store) {
        if (check(store) < VERSION) {
            store.put(KEY, ByteBuffer.allocate(Integer.BYTES).putInt(VERSION).array());
        }
    }

    /**
     * The version of what a store holds, 0 for one that says nothing. It writes nothing, so that it can be asked before the first record.
     *
     * @throws IllegalStateException when a newer selector wrote it
     */
    public static int check(KeyValueStore<Bytes, byte[]> store) {
        byte[] value = store.get(KEY);
        int version = value == null ? 0 : ByteBuffer.wrap(value).getInt();
        if (version > VERSION) {
            throw new IllegalStateException("the rules' state has format " + version + ", this selector reads up to "
                    + VERSION + ": start the newer selector that wrote it, or a later one");
        }
        return version;
    }
}
