/** TorchScript modules, gradients and optimizers, with native memory that is always owned by somebody. */
@NullMarked
package io.wildstream.engine.torch;

import org.jspecify.annotations.NullMarked;
