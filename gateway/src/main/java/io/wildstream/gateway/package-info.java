/** The only entry to the cluster: takes samples in, shows the state of the pipeline, and carries out commands. */
@NullMarked
package io.wildstream.gateway;

import org.jspecify.annotations.NullMarked;
