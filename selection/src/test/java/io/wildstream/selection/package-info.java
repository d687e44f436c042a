/** Tests of the rules. */
package io.wildstream.selection;
