/** What goes into a container image, and the run at build time that fills its ahead-of-time cache; {@code docs/images.md}. */
@org.jspecify.annotations.NullMarked
package io.wildstream.images;
