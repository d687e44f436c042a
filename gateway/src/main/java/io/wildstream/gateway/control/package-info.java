/** Desired and actual state of the cluster: reads specs, heartbeats and checkpoints, and carries out commands. */
@NullMarked
package io.wildstream.gateway.control;

import org.jspecify.annotations.NullMarked;
