/** Proof from the committed records alone that nothing was lost and nothing was learned twice. */
@NullMarked
package io.wildstream.client.proof;

import org.jspecify.annotations.NullMarked;
