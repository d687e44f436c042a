/** Images that are computed: the built-in image sets, which need no download. */
@NullMarked
package io.wildstream.lab.data.procedural;

import org.jspecify.annotations.NullMarked;
