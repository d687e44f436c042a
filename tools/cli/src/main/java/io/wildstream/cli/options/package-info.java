/** Options that several commands share, and the checks of their values. */
@NullMarked
package io.wildstream.cli.options;

import org.jspecify.annotations.NullMarked;
