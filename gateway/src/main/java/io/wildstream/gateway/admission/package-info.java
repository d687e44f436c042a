/** How much may come in at once: the memory of bodies and messages, connections, and who may connect without a token. */
@NullMarked
package io.wildstream.gateway.admission;

import org.jspecify.annotations.NullMarked;
