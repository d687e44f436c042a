// SPDX-License-Identifier: Apache-2.0
/** Fetches what a sample only refers to: from the hosts, buckets and directories that the operator names, and from nowhere else. */
@NullMarked
package io.wildstream.reference;

import org.jspecify.annotations.NullMarked;
