// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A gateway that other machines could reach: it asks for a token. It gives slow clients and Kafka little time, and commands an hour. */
public class LockedDoor implements QuarkusTestProfile {

    public static final String TOKEN = "correct-horse-battery-staple";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "wildstream.topic-prefix",
                Door.prefixOf(getClass()),
                "wildstream.gateway.token",
                TOKEN,
                "quarkus.http.host",
                "0.0.0.0",
                "wildstream.gateway.delivery-timeout",
                "4s",
                "wildstream.gateway.receive-timeout",
                "3s",
                // A topic that a test deletes stays deleted.
                "wildstream.gateway.probe-interval",
                "1m",
                "wildstream.gateway.checkpoint-timeout",
                "1h",
                // Traces are on, which adds a way to the metrics, and none is sampled.
                "quarkus.otel.sdk.disabled",
                "false",
                "quarkus.otel.traces.sampler.arg",
                "0.0");
    }
}
