// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What every service does beside its work: follows {@code control} and reports the generations it runs, with the classes that services use. */
public final class Service implements AutoCloseable {

    private final Map<String, Long> observed = new ConcurrentHashMap<>();
    private final StatusReporter reporter;
    private final ControlLog control;

    /** Starts to report; {@code detail} fills in what this kind of service has to say. */
    public Service(String instance, ServiceKind kind, Consumer<InstanceStatus.Builder> detail) {
        Topics topics = new Topics(Door.prefix());
        reporter = new StatusReporter(TestBroker.get().client(), topics, instance, kind, status -> {
            status.putAllObservedGenerations(observed);
            detail.accept(status);
        });
        control = new ControlLog(TestBroker.get().client(), topics, (key, record) -> {
            observed.put(key, record.getGeneration());
            reporter.reportNow();
        });
    }

    @Override
    public void close() {
        control.close();
        reporter.close();
    }
}
