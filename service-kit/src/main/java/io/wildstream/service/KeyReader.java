// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.common.utils.StringUtil;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The keys that {@code @ConfigMapping} interfaces declare, by name. */
final class KeyReader {

    private final Map<String, Method> keys = new TreeMap<>();

    private KeyReader() {}

    /** The name of each key and the method that declares it. */
    static Map<String, Method> read(Class<?>... mappings) {
        KeyReader reader = new KeyReader();
        for (Class<?> mapping : mappings) {
            ConfigMapping declared = Objects.requireNonNull(mapping.getAnnotation(ConfigMapping.class), "no mapping");
            reader.add(declared.prefix(), mapping);
        }
        return reader.keys;
    }

    private void add(String prefix, Class<?> group) {
        for (Method method : group.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                String name = prefix + "." + StringUtil.skewer(method.getName());
                if (isGroup(group, method.getReturnType())) {
                    add(name, method.getReturnType());
                } else {
                    keys.put(name, method);
                }
            }
        }
    }

    /** Keys in a group of their own are an interface beside the others: every other type is a value. */
    private static boolean isGroup(Class<?> group, Class<?> type) {
        return type.isInterface() && Objects.equals(type.getNestHost(), group.getNestHost());
    }
}
