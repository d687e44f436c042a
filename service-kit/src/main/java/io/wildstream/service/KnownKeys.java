// SPDX-License-Identifier: Apache-2.0
package io.wildstream.service;

import io.smallrye.config.EnvConfigSource;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The keys {@code wildstream.*} that a service has. Any other one stops its start: a misspelt key that goes unnoticed is a setting that
 * does not hold. Keys of other services may be there, since one file can configure a whole cluster.
 *
 * <p>A name in the environment, such as {@code WILDSTREAM_TEACHER_BATCH_SIZE}, does not say where its key has a dot and where a hyphen. So
 * each key is written as a variable, and variables are compared.
 */
public final class KnownKeys {

    private static final String ROOT = "wildstream.";
    /** Begins the properties of the build that choose golden vectors: Maven hands them to every test. */
    private static final String GOLDEN = ROOT + "golden";

    /** First parts of the keys of one service, and of those that some services share. */
    private static final Set<String> SERVICES = Set.of("gateway", "teacher", "selector", "trainer", "references");
    /** Variables of {@code ./wildstream}, of the scripts and of the tests' machines; a service inherits them. */
    private static final Set<String> TOOLS = Set.of(
            "WILDSTREAM_BUILD",
            "WILDSTREAM_DASHBOARDS",
            "WILDSTREAM_DATA",
            "WILDSTREAM_JIT",
            "WILDSTREAM_PROMETHEUS_URL",
            "WILDSTREAM_PYTHON",
            "WILDSTREAM_TOKEN");

    private static final Pattern PROFILE = Pattern.compile("^%[^.]+\\.");
    private static final Pattern INDEX = Pattern.compile("\\[\\d+]$");
    private static final Pattern PROFILE_VARIABLE = Pattern.compile("^_[A-Z0-9]+_(?=WILDSTREAM_)");
    private static final Pattern INDEX_VARIABLE = Pattern.compile("_\\d+_$");
    /** What Kubernetes and Docker set for a service called {@code wildstream-...}. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$");

    private final Set<String> keys;
    private final Map<String, String> renamed = new TreeMap<>();
    private final Map<String, String> variables = new TreeMap<>();

    private KnownKeys(Set<String> keys) {
        this.keys = keys;
        keys.forEach(key -> variables.put(variable(key), key));
    }

    /** The keys that {@code @ConfigMapping} interfaces declare. */
    public static KnownKeys of(Class<?>... mappings) {
        var read = KeyReader.read(mappings);
        KnownKeys known = new KnownKeys(new TreeSet<>(read.keySet()));
        read.forEach((key, method) -> {
            Renamed former = method.getAnnotation(Renamed.class);
            if (former != null) {
                known.renamed.put(former.from(), key);
            }
        });
        return known;
    }

    /** The names of all keys. */
    public Set<String> names() {
        return keys;
    }

    /**
     * Returns when no source has an unknown key.
     *
     * @throws IllegalArgumentException naming each unknown key, and the known one that was meant where one is near
     */
    public void check(Iterable<ConfigSource> sources) {
        Set<String> problems = new TreeSet<>();
        for (ConfigSource source : sources) {
            Set<String> names = source.getPropertyNames();
            for (String name : names) {
                (source instanceof EnvConfigSource ? problemOfVariable(name, names) : problemOfKey(name))
                        .ifPresent(problems::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private Optional<String> problemOfKey(String name) {
        String key = INDEX.matcher(PROFILE.matcher(name).replaceFirst("")).replaceFirst("");
        if (!key.startsWith(ROOT) || key.startsWith(GOLDEN) || keys.contains(key) || isOfAnotherService(key)) {
            return Optional.empty();
        }
        String now = renamed.get(key);
        return Optional.of(now == null ? unknown(key, keys) : "key '" + key + "' is now called '" + now + "'");
    }

    private Optional<String> problemOfVariable(String name, Set<String> names) {
        if (!name.equals(variable(name))) {
            // SmallRye adds a guess at the key of each variable: with dots only, which may be wrong.
            return names.contains(variable(name)) ? Optional.empty() : problemOfKey(name);
        }
        String variable = PROFILE_VARIABLE.matcher(name).replaceFirst("");
        boolean ours = variable.startsWith(variable(ROOT))
                && !isKnown(variable)
                && !TOOLS.contains(variable)
                && !SERVICE_LINK.matcher(variable).matches()
                && !isOfAnotherService(variable);
        return ours ? Optional.of(problem(variable)) : Optional.empty();
    }

    private boolean isKnown(String variable) {
        return variables.containsKey(variable)
                || variables.containsKey(INDEX_VARIABLE.matcher(variable).replaceFirst(""));
    }

    private String problem(String variable) {
        for (Map.Entry<String, String> former : renamed.entrySet()) {
            if (variable(former.getKey()).equals(variable)) {
                return "key '" + variable + "' is now called '" + variable(former.getValue()) + "'";
            }
        }
        return unknown(variable, variables.keySet());
    }

    /** Whether a key, or a variable, is one of a service that has no key here. */
    private boolean isOfAnotherService(String name) {
        return SERVICES.stream()
                .map(service -> ROOT + service + ".")
                .filter(prefix -> keys.stream().noneMatch(key -> key.startsWith(prefix)))
                .anyMatch(prefix -> name.startsWith(prefix) || name.startsWith(variable(prefix)));
    }

    private static String unknown(String name, Collection<String> known) {
        return "unknown key '" + name + "': "
                + Spelling.nearest(name, known)
                        .map(nearest -> "did you mean '" + nearest + "'?")
                        .orElse("docs/configuration.md lists all keys");
    }

    /** A key as a variable of the environment. */
    static String variable(String key) {
        return key.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
