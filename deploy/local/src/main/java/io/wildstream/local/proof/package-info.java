/** Proof from the committed records alone that nothing was lost and nothing was learned twice. */
@NullMarked
package io.wildstream.local.proof;

import org.jspecify.annotations.NullMarked;
