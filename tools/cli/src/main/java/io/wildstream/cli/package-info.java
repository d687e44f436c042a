/** The commands of the command line: options, messages and exit codes. */
@NullMarked
package io.wildstream.cli;

import org.jspecify.annotations.NullMarked;
