// SPDX-License-Identifier: Apache-2.0
/** What all who send, take or decode samples must agree on. */
@NullMarked
package io.wildstream.contracts.sample;

import org.jspecify.annotations.NullMarked;
