/** Live progress on a terminal or in plain lines. */
@NullMarked
package io.wildstream.lab.terminal;

import org.jspecify.annotations.NullMarked;
