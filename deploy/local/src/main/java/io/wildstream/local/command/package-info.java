/** The commands of the command line: options, messages and exit codes. */
@NullMarked
package io.wildstream.local.command;

import org.jspecify.annotations.NullMarked;
