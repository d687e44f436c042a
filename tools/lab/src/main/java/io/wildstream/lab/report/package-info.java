/** The report of a run: counts, checks, accuracy, pictures and the page that shows them. */
@NullMarked
package io.wildstream.lab.report;

import org.jspecify.annotations.NullMarked;
