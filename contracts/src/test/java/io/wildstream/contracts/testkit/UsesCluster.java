// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test class that starts services as processes of their own; their logs stay in {@code target/cluster-logs} when a test fails. */
@Tag("cluster")
@ExtendWith(FailureLogs.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface UsesCluster {}
