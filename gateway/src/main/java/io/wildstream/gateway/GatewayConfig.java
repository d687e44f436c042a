// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.wildstream.service.ClusterConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The gateway's own keys, {@code wildstream.gateway.*}. {@link ConfigChecks} says what their values must be. */
@ConfigMapping(prefix = "wildstream")
public interface GatewayConfig {

    /** The gateway's own keys. */
    Gateway gateway();

    /** Name of this instance, {@code gateway-0} by default. */
    static String instance(ClusterConfig cluster) {
        return cluster.instance().orElse("gateway-0");
    }

    /** Keys that begin with {@code wildstream.gateway}. */
    interface Gateway {

        /** Bearer token that calls must carry, at least 16 characters; needed unless {@code quarkus.http.host} is a loopback address. */
        Optional<String> token();

        /**
         * Callers that may send outputs of the teacher with their samples, each as {@code name:token}, with commas; none by default. Such a
         * token admits its caller to everything that {@code token} does, and whoever sends outputs labels samples.
         */
        Optional<List<String>> outputTokens();

        /** Largest payload of a sample, in [1, 8257536] bytes; 8 MiB less 128 KiB for what stages add by default. */
        @WithDefault("8257536")
        MemorySize maxPayload();

        /** Samples of one ingest call that Kafka has not acknowledged yet, at least 1; 2048 by default. */
        @WithDefault("2048")
        int maxInFlightRecords();

        /** Bytes of one ingest call that Kafka has not acknowledged yet, those that may arrive included, at least 9M; 32M by default. */
        @WithDefault("32M")
        MemorySize maxInFlightBytes();

        /**
         * Bytes of what clients send that are held in memory at most, by whatever way they come in, at least 16M and at most a third of
         * the heap; 64M by default. Streams of samples are not read further where there is no room, other calls and uploads are refused.
         */
        @WithDefault("64M")
        MemorySize totalInFlightBytes();

        /** Uploads by REST at a time, at least 1; 64 by default, so that they leave threads for those who only read. */
        @WithDefault("64")
        int maxUploads();

        /** Connections at a time, at least 1; 1000 by default. More are closed as soon as they open. */
        @WithDefault("1000")
        int maxConnections();

        /**
         * Time within which a new connection must bring a request that is admitted, in [1s, 5m]; 10s by default. Health checks without a
         * token do not count: a connection that brings nothing else is closed between two of them.
         */
        @WithDefault("10s")
        Duration headerTimeout();

        /** Time for which a connection stays open without any request in progress, in [1s, 24h]; 5m by default. */
        @WithDefault("5m")
        Duration idleTimeout();

        /** Ingest calls at a time, at least 1; 32 by default. */
        @WithDefault("32")
        int maxIngestCalls();

        /**
         * Time within which a message or a body must arrive once it has begun, and the only message and the end of a call that sends one,
         * in [1s, 10m]; 60s by default.
         */
        @WithDefault("60s")
        Duration receiveTimeout();

        /** Records of {@code samples} that may wait for the teachers before no more are taken, 0 for any number; 200000 by default. */
        @WithDefault("200000")
        long maxBacklog();

        /** Time without room after which an ingest call that wants to send ends with RESOURCE_EXHAUSTED, in [1s, 1h]; 60s by default. */
        @WithDefault("60s")
        Duration maxBacklogWait();

        /**
         * Ids that calls which deduplicate know, in [1, 4000000]: the last so many that such calls have stored, none older than a day;
         * 1000000 by default. An id takes up to 40 bytes of memory, from the first such call on.
         */
        @WithDefault("1000000")
        int deduplicationWindow();

        /** Streams of WatchPipelineStatus at a time, at least 1; 256 by default. */
        @WithDefault("256")
        int maxWatches();

        /** Time after which a sample that Kafka did not acknowledge fails its call, in [1s, 10m]; 30s by default. */
        @WithDefault("30s")
        Duration deliveryTimeout();

        /** Time that a command waits for the live instances to report it, in [0s, 5m]; 10s by default. */
        @WithDefault("10s")
        Duration observeTimeout();

        /** Time that CheckpointStudent waits for the checkpoint, in [0s, 1h]; 60s by default. */
        @WithDefault("60s")
        Duration checkpointTimeout();

        /** Time that UpdateTeacher waits for the live teachers to answer with what they were set to, in [0s, 1h]; 60s by default. */
        @WithDefault("60s")
        Duration teacherTimeout();

        /** Time between two looks at the offsets, in [100ms, 1m]; 1s by default. */
        @WithDefault("1s")
        Duration probeInterval();

        /** Time that calls in progress get to end at a clean stop, in [0s, 5m]; 10s by default. */
        @WithDefault("10s")
        Duration shutdownGrace();
    }
}
