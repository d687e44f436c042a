/** The demo: from images to the report of whether the selection helps; and the acceptance of a cluster that runs elsewhere. */
@NullMarked
package io.wildstream.lab.demo;

import org.jspecify.annotations.NullMarked;
