/** What the command line asks of a running cluster: calls to the gateway, feeding, and reading back what was committed. */
@NullMarked
package io.wildstream.client;

import org.jspecify.annotations.NullMarked;
