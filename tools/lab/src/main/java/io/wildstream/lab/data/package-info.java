/** Image sets in one form, whatever they come from, and their images. */
@NullMarked
package io.wildstream.lab.data;

import org.jspecify.annotations.NullMarked;
