/** Tables of the field's claims, measured again in the running cluster: one stream, many students that learn it each in its own way. */
@NullMarked
package io.wildstream.local.experiment;

import org.jspecify.annotations.NullMarked;
