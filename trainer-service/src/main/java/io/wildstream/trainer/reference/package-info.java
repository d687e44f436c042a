// SPDX-License-Identifier: Apache-2.0
/** The bytes of samples that a curriculum only refers to: fetched ahead of the step that learns them, or found missing. */
@NullMarked
package io.wildstream.trainer.reference;

import org.jspecify.annotations.NullMarked;
