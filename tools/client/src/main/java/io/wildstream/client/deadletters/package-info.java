/** Dead letters: which there are, and sending their originals again. */
@NullMarked
package io.wildstream.client.deadletters;

import org.jspecify.annotations.NullMarked;
