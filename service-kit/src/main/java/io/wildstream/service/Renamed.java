// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The former name of a key; a service that is given it does not start and says the new one. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Renamed {

    /** The whole former name, such as {@code wildstream.teacher.batch}. */
    String from();
}
