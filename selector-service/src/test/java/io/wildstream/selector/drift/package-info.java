/** Tests of the drift detector. */
package io.wildstream.selector.drift;
