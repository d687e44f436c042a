/** What every command uses: its home and cluster, its output, its exit status, and how it stops. */
@NullMarked
package io.wildstream.cli.session;

import org.jspecify.annotations.NullMarked;
