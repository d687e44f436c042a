// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.common.utils.StringUtil;
import io.wildstream.service.KnownKeys;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What the test of every {@code @ConfigMapping} interface shows: the default of each key, each key set to another value, and the values
 * that are refused with a message that names their key. A key that a test leaves out fails it. Keys are written without their prefix.
 *
 * @param <C> the interface
 */
public final class ConfigContract<C> {

    private final Class<C> mapping;
    private final String prefix;
    private final Set<String> keys = new TreeSet<>();
    private final Map<String, String> required;
    private final Consumer<C> check;

    /**
     * Prepares.
     *
     * @param required values of the keys that have no default
     * @param check refuses values that cannot work
     */
    public ConfigContract(Class<C> mapping, Map<String, String> required, Consumer<C> check) {
        this.mapping = mapping;
        this.prefix = mapping.getAnnotation(ConfigMapping.class).prefix() + ".";
        this.required = Map.copyOf(required);
        this.check = check;
        KnownKeys.of(mapping).names().forEach(key -> keys.add(key.substring(prefix.length())));
    }

    /** Holds the values of all keys, where only the required ones are set, against what they must be; {@code check} accepts them. */
    public void hasDefaults(Map<String, Object> expected) {
        C config = read(Map.of());
        check.accept(config);
        assertThat(values(config)).isEqualTo(new TreeMap<>(expected));
    }

    /** Sets all keys, each to another value than its default, and holds what is read against what it must be. */
    public void readsEveryKey(Map<String, String> texts, Map<String, Object> expected) {
        assertThat(texts.keySet()).as("keys that are set").isEqualTo(keys);
        C config = read(texts);
        check.accept(config);
        Map<String, Object> values = values(config);
        Map<String, Object> defaults = values(read(Map.of()));
        assertThat(values).isEqualTo(new TreeMap<>(expected));
        assertThat(keys)
                .as("keys that are set to their defaults")
                .noneMatch(key -> !required.containsKey(key) && values.get(key).equals(defaults.get(key)));
    }

    /** Each line of the table, {@code key | value | end of the message after the key}, is refused with that message. */
    public void refuses(String table) {
        assertThat(table.lines()).isNotEmpty().allSatisfy(line -> {
            String[] cells = line.split("\\|", 3);
            String key = cells[0].strip();
            refuses(Map.of(key, cells[1].strip()), (prefix + key + " " + cells[2].strip()).strip());
        });
    }

    /** Values that are refused, with a message that begins so. */
    public void refuses(Map<String, String> texts, String message) {
        assertThat(keys).containsAll(texts.keySet());
        assertThatThrownBy(() -> check.accept(read(texts)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private C read(Map<String, String> texts) {
        Map<String, String> properties = new HashMap<>();
        required.forEach((key, value) -> properties.put(prefix + key, value));
        texts.forEach((key, value) -> properties.put(prefix + key, value));
        return TestConfigs.read(mapping, properties);
    }

    private Map<String, Object> values(C config) {
        Map<String, Object> values = new TreeMap<>();
        collect("", mapping, config, values);
        return values;
    }

    private void collect(String group, Class<?> type, Object config, Map<String, Object> values) {
        for (Method method : type.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                String key = group + StringUtil.skewer(method.getName());
                if (keys.contains(key)) {
                    values.put(key, get(method, config));
                } else {
                    collect(key + ".", method.getReturnType(), get(method, config), values);
                }
            }
        }
    }

    private static Object get(Method method, Object config) {
        try {
            method.setAccessible(true);
            return method.invoke(config);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(method + " cannot be read", e);
        }
    }
}
