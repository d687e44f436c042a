/** Traces that follow samples from stage to stage: W3C trace context in Kafka headers, and the spans of work on many records at once. */
@NullMarked
package io.wildstream.contracts.trace;

import org.jspecify.annotations.NullMarked;
