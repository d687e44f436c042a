// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

/**
 * Where selectors bring payloads from, as their heartbeats say it and as teachers compare it with what they read themselves: a topic and
 * how its records are read.
 */
public final class PayloadPlace {

    private PayloadPlace() {}

    /** A topic of Wildstream's own records, {@code Sample} messages. */
    public static String ownSamples(String topic) {
        return topic + ":sample";
    }
}
