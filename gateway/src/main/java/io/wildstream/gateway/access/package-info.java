/** Who may call, and how long calls take. */
@NullMarked
package io.wildstream.gateway.access;

import org.jspecify.annotations.NullMarked;
