/** Reads a partition of Kafka at any place in as much memory as a reader may take, beside Kafka's own consumer. */
@NullMarked
package io.wildstream.service.fetch;

import org.jspecify.annotations.NullMarked;
