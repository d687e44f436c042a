// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The heading in a command's help under which the options of a class stand. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OptionGroup {

    /** The heading, without a colon. */
    String value();
}
