/** The wild stream: related images of one set mixed with unrelated ones of others. */
@NullMarked
package io.wildstream.lab.data.mixture;

import org.jspecify.annotations.NullMarked;
