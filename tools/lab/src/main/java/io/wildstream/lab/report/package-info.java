/** The report of a demo: counts, checks, accuracy and pictures. */
@NullMarked
package io.wildstream.lab.report;

import org.jspecify.annotations.NullMarked;
