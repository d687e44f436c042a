// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import java.util.Map;

/** A gateway whose backlog is full soon, with topics of its own: there is one teacher and one backlog, and a test sets them. */
public class SmallBacklog extends OpenDoor {

    public static final int LIMIT = 1000;
    public static final int IN_FLIGHT = 256;

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> values = super.getConfigOverrides();
        values.put("wildstream.gateway.teacher-timeout", "8s");
        values.put("wildstream.gateway.max-backlog", Integer.toString(LIMIT));
        values.put("wildstream.gateway.max-in-flight-records", Integer.toString(IN_FLIGHT));
        values.put("wildstream.gateway.max-backlog-wait", "4s");
        values.put("wildstream.gateway.probe-interval", "100ms");
        return values;
    }
}
