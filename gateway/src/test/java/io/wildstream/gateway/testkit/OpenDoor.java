// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.Map;

/** A gateway without a token, with limits and waits small enough to be reached in a test. */
public class OpenDoor implements QuarkusTestProfile {

    public static final long MAX_IN_FLIGHT_BYTES = 10L << 20;
    public static final int MAX_IN_FLIGHT_RECORDS = 512;
    /** The token of {@link #SENDER}, who may send outputs with samples. */
    public static final String SENDER_TOKEN = "correct-horse-labels-samples";

    public static final String SENDER = "production";

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> values = new HashMap<>();
        values.put("wildstream.topic-prefix", Door.prefixOf(getClass()));
        values.put("wildstream.instance", "gateway-under-test");
        values.put("wildstream.gateway.max-in-flight-bytes", Long.toString(MAX_IN_FLIGHT_BYTES));
        values.put("wildstream.gateway.max-in-flight-records", Integer.toString(MAX_IN_FLIGHT_RECORDS));
        values.put("wildstream.gateway.max-ingest-calls", "3");
        values.put("wildstream.gateway.observe-timeout", "6s");
        values.put("wildstream.gateway.checkpoint-timeout", "6s");
        values.put("wildstream.gateway.teacher-timeout", "6s");
        values.put("wildstream.gateway.probe-interval", "200ms");
        values.put("wildstream.gateway.max-backlog", "0");
        values.put("wildstream.gateway.output-tokens", SENDER + ":" + SENDER_TOKEN);
        return values;
    }
}
