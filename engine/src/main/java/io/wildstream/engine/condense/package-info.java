/** Dataset distillation (Wang et al. 2018, arXiv:1811.10959): a few learned images that a network learns as much from as from all. */
@NullMarked
package io.wildstream.engine.condense;

import org.jspecify.annotations.NullMarked;
