/** Start, heartbeat, health and clean stop. */
@NullMarked
package io.wildstream.gateway.run;

import org.jspecify.annotations.NullMarked;
