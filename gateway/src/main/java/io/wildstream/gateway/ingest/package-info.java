/** Takes samples in: checks each, writes it to Kafka and slows the client to Kafka's pace. */
@NullMarked
package io.wildstream.gateway.ingest;

import org.jspecify.annotations.NullMarked;
