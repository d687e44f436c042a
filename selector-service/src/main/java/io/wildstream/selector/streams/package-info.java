/** The selector on Kafka Streams: its settings, its state stores, its output records and its failures. */
@NullMarked
package io.wildstream.selector.streams;

import org.jspecify.annotations.NullMarked;
