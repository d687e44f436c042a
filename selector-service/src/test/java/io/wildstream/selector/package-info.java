/** Tests of the selector. */
package io.wildstream.selector;
