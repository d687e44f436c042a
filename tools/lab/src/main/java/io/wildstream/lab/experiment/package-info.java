/** Tables of the field's claims, measured again in the running cluster: one stream, many students that learn it each in its own way. */
@NullMarked
package io.wildstream.lab.experiment;

import org.jspecify.annotations.NullMarked;
