/** The process around the selector: its configuration, its start and stop, and its health. */
@NullMarked
package io.wildstream.selector.app;

import org.jspecify.annotations.NullMarked;
