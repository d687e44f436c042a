/** One run on a local cluster: its directory, its processes, the stream that is fed, and what is read back at the end. */
@NullMarked
package io.wildstream.lab.run;

import org.jspecify.annotations.NullMarked;
