// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.streams;

/** Where a teacher output is in {@code teacher-outputs}. */
public record OutputPosition(int partition, long offset) {}
