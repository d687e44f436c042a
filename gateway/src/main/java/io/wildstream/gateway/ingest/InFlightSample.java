// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.v1.Sample;

/**
 * A sample that was taken and is counted as in flight until it is settled.
 *
 * @param sample with its id
 * @param bytes its size as it is stored
 */
record InFlightSample(Sample sample, int bytes) {}
