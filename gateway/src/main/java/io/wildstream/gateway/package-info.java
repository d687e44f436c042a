/** The only door of the cluster: takes samples in, shows how the pipeline runs, and takes commands. */
@NullMarked
package io.wildstream.gateway;

import org.jspecify.annotations.NullMarked;
