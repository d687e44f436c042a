/** For tests of every module: one real Kafka broker in the test's JVM, and builders of samples. */
package io.wildstream.contracts.testkit;
