// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import org.jspecify.annotations.Nullable;

/** A value and the topic that it is written to. */
@SuppressWarnings("ArrayRecordComponent")
public record Outgoing(String topic, byte @Nullable [] value) {}
