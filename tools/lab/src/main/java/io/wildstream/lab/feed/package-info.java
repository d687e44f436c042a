// SPDX-License-Identifier: Apache-2.0
/** What {@code feed} sends: the bytes of files as they are, and what it leaves out. */
@NullMarked
package io.wildstream.lab.feed;

import org.jspecify.annotations.NullMarked;
