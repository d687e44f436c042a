// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test class that starts a Quarkus application: the profile {@code unit} leaves it out. {@link TagRules} finds those that lack it. */
@Tag("quarkus")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface UsesQuarkus {}
