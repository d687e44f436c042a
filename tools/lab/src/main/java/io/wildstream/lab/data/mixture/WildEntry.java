// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.data.mixture;

import io.wildstream.contracts.v1.Sample;

/**
 * One sample of a wild mixture.
 *
 * @param sample what is sent: id {@code <source>-<index>}, no label
 * @param inDomain whether it is of the original data
 */
public record WildEntry(Sample sample, boolean inDomain) {}
