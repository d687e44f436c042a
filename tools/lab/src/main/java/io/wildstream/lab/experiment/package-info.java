/** Tables of the field's claims, measured again on a running cluster: one stream, many students, each with a method of its own. */
@NullMarked
package io.wildstream.lab.experiment;

import org.jspecify.annotations.NullMarked;
