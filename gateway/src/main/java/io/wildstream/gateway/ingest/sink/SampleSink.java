// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest.sink;

import io.wildstream.contracts.v1.Sample;
import java.util.function.Consumer;

/** Stores samples in the topic {@code samples} and reports once for each what became of it. */
public interface SampleSink {

    /**
     * Stores a sample.
     *
     * @param value the sample as it is stored
     * @param settled called once with the outcome, on another thread or on the caller's; it must not block
     */
    void store(Sample sample, byte[] value, Consumer<StoreOutcome> settled);
}
