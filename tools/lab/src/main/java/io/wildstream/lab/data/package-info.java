/** Image sets from files, archives or arithmetic, and the wild mixture of them that a cluster is fed with. */
@NullMarked
package io.wildstream.lab.data;

import org.jspecify.annotations.NullMarked;
