/** The state of the pipeline: counts, lags and rates from Kafka's offsets, and what instances report. */
@NullMarked
package io.wildstream.gateway.watch;

import org.jspecify.annotations.NullMarked;
