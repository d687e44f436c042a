// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import java.time.Duration;

/**
 * What one ingest call may have in flight.
 *
 * @param records samples that Kafka has not acknowledged
 * @param bytes their size and that of the messages that were requested
 * @param largestMessage size that a message is assumed to have before it has arrived, bytes
 * @param backlogTimeout time that the call may wait for room in the backlog
 */
record IngestLimits(int records, long bytes, int largestMessage, Duration backlogTimeout) {}
