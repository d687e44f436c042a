// SPDX-License-Identifier: Apache-2.0
/** What changes weights: optimizers, and training on labels. */
@NullMarked
package io.wildstream.engine.torch.training;

import org.jspecify.annotations.NullMarked;
