// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

import org.jspecify.annotations.Nullable;

/** A value on its way to a topic; compared by nobody. */
@SuppressWarnings("ArrayRecordComponent")
public record Outgoing(String topic, byte @Nullable [] value) {}
