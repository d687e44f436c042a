/** Tests of the Kustomize manifests: each object is read strictly, and the cluster that they make is checked as a whole. */
@NullMarked
package io.wildstream.kubernetes;

import org.jspecify.annotations.NullMarked;
