/** Image files that tests of several packages read. */
package io.wildstream.engine.testkit;
