// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import java.util.List;

/** What {@link ServiceStart} has to know of a service before it starts. Each service has one bean of this type. */
public interface ServiceSettings {

    /** The {@code @ConfigMapping} interface of the service's own keys. */
    Class<?> keys();

    /** Further {@code @ConfigMapping} interfaces, of keys that some services share; none by default. */
    default List<Class<?>> sharedKeys() {
        return List.of();
    }

    /** Name of this instance. */
    String instance();

    /**
     * Returns when all values of the service's own keys can work.
     *
     * @throws IllegalArgumentException naming the key of the first that cannot, and what it must be
     */
    void check();
}
