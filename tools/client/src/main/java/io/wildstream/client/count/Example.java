// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.count;

import io.wildstream.contracts.v1.Sample;

/**
 * A sample that a curriculum kept or did not keep, to look at.
 *
 * @param sample with its payload
 * @param kept whether it was kept
 * @param noiseValue in nats
 * @param pseudoLabel what the teacher takes it for
 */
public record Example(Sample sample, boolean kept, double noiseValue, int pseudoLabel) {}
