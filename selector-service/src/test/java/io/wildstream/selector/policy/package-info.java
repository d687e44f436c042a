/** Tests of the rules. */
package io.wildstream.selector.policy;
