// SPDX-License-Identifier: Apache-2.0
/** Fetches what the samples of a poll refer to, several at a time and ahead of the decoder, and waits for stores that do not answer. */
@NullMarked
package io.wildstream.teacher.fetch;

import org.jspecify.annotations.NullMarked;
