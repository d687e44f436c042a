// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/**
 * The settings that all Kafka clients of all services share, the keys {@code kafka.*}: addresses, TLS, SASL. Every service reads them
 * here, and {@link #connect connects} once before it creates anything.
 */
public final class KafkaClients {

    private static final String PREFIX = "kafka.";
    private static final String LOCAL = "localhost:9092";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.of(Duration.ofMillis(100), Duration.ofSeconds(1));
    private static final int ATTEMPT_MILLIS = 5000;
    /** Settings that only the services set. */
    private static final Set<String> SET_BY_SERVICES = Set.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG);

    private KafkaClients() {}

    /**
     * The keys {@code kafka.*} without their prefix; the default address is {@code localhost:9092}.
     *
     * @param names the names of all keys that are set
     * @param value the value of a key; called for every setting that Kafka knows, because a key that is set only in the environment, such
     *     as {@code KAFKA_SASL_JAAS_CONFIG}, is not among the names
     * @throws KafkaRefusedException when a key has no value, for example because it refers to a variable that is not set
     */
    public static Map<String, Object> settings(Iterable<String> names, Function<String, Optional<String>> value) {
        Set<String> wanted = new TreeSet<>(ConsumerConfig.configNames());
        wanted.addAll(ProducerConfig.configNames());
        wanted.addAll(AdminClientConfig.configNames());
        Set<String> given = new TreeSet<>();
        for (String name : names) {
            if (name.startsWith(PREFIX)) {
                given.add(name.substring(PREFIX.length()));
            }
        }
        wanted.addAll(given);
        wanted.removeAll(SET_BY_SERVICES);
        Map<String, Object> settings = new TreeMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, LOCAL);
        for (String name : wanted) {
            Optional<String> set = value.apply(PREFIX + name);
            if (set.isEmpty() && given.contains(name)) {
                throw new KafkaRefusedException(
                        PREFIX + name + " has no value: remove the key, or set the variable that it refers to");
            }
            set.ifPresent(text -> settings.put(name, text));
        }
        return settings;
    }

    /**
     * Checks settings without talking to Kafka.
     *
     * @throws KafkaRefusedException when no client can be created from them
     */
    public static void check(Map<String, ?> client) {
        create(client).close(Duration.ZERO);
    }

    /**
     * An admin client of a Kafka that has answered; waits up to a minute and logs that it waits.
     *
     * @throws KafkaRefusedException when Kafka refuses the client or the settings cannot be used
     * @throws IllegalStateException when Kafka does not answer
     */
    public static Admin connect(Map<String, ?> client) {
        return connect(client, CONNECT_TIMEOUT);
    }

    static Admin connect(Map<String, ?> client, Duration timeout) {
        Admin admin = create(client);
        try {
            awaitAnswer(admin, client, timeout);
            return admin;
        } catch (InterruptedException e) {
            admin.close(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Kafka", e);
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private static Admin create(Map<String, ?> client) {
        try {
            return Admin.create(new TreeMap<>(client));
        } catch (KafkaException e) {
            throw new KafkaRefusedException(
                    "no Kafka client can be created from the keys kafka.*: " + causes(e)
                            + "; see docs/integrate.md for complete settings of TLS and SASL",
                    e);
        }
    }

    private static void awaitAnswer(Admin admin, Map<String, ?> client, Duration timeout) throws InterruptedException {
        Backoff backoff = new Backoff("connect", PAUSES.within(timeout), Backoff.Sleeper.untilInterrupted());
        while (true) {
            try {
                admin.describeCluster(new DescribeClusterOptions().timeoutMs(ATTEMPT_MILLIS))
                        .nodes()
                        .get();
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthenticationException refusal) {
                    throw new KafkaRefusedException(refusalText(refusal, client), refusal);
                }
                if (!backoff.retry(silenceText(client) + ": " + e.getCause())) {
                    throw new IllegalStateException(silenceText(client) + ": " + e.getCause(), e);
                }
            }
        }
    }

    private static String refusalText(AuthenticationException refusal, Map<String, ?> client) {
        String where = "Kafka at " + client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + " (" + protocol(client)
                + ") refuses this client: " + causes(refusal) + "; ";
        return where
                + (refusal instanceof SslAuthenticationException
                        ? "check kafka.ssl.truststore.location (whose certificates are trusted), the host names in the"
                                + " broker's certificate, kafka.ssl.keystore.location if clients need one, and that"
                                + " kafka.security.protocol is the listener's"
                        : "check user and password in kafka.sasl.jaas.config, and kafka.sasl.mechanism (now "
                                + client.get(SaslConfigs.SASL_MECHANISM) + ")");
    }

    private static String silenceText(Map<String, ?> client) {
        return "Kafka does not answer at kafka.bootstrap.servers="
                + client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + " with kafka.security.protocol="
                + protocol(client);
    }

    private static Object protocol(Map<String, ?> client) {
        Object set = client.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
        return set == null ? CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL : set;
    }

    /** The messages of a failure and its causes: the last one is often the only one that says what is wrong. */
    private static String causes(Throwable failure) {
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && text.indexOf(cause.getMessage()) < 0) {
                text.append(": ").append(cause.getMessage());
            }
        }
        return text.toString();
    }
}
