// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.testkit;

import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.ControlKeys;
import io.wildstream.contracts.control.ControlLog;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherStatus;
import java.util.Set;

/** A teacher-service without a stream: follows {@code control} and reports what it answers with and what it refuses. */
public final class TestTeacher implements AutoCloseable {

    /** Loads for ever. */
    public static final String SLOW = "slow";

    private final Set<String> models;
    private final String digest;
    private final StatusReporter reporter;
    private final ControlLog control;
    /** Guarded by "this". */
    private TeacherStatus status = TeacherStatus.getDefaultInstance();

    /** A teacher that has these models, {@code ""} for a configured one; it refuses all others but {@link #SLOW}. */
    public TestTeacher(String instance, Set<String> models) {
        this(instance, models, "d0");
    }

    /** One whose models all have this digest. */
    public TestTeacher(String instance, Set<String> models, String digest) {
        this.models = models;
        this.digest = digest;
        Topics topics = new Topics(Door.prefix());
        reporter = new StatusReporter(
                TestBroker.get().client(), topics, instance, ServiceKind.SERVICE_KIND_TEACHER, this::report);
        control = new ControlLog(TestBroker.get().client(), topics, (key, record) -> {
            if (key.equals(ControlKeys.TEACHER)) {
                take(record);
                reporter.reportNow();
            }
        });
    }

    private synchronized void take(ControlRecord record) {
        String model = record.getTeacher().getModel();
        if (model.equals(SLOW)) {
            return;
        }
        if (!models.contains(model)) {
            status = status.toBuilder()
                    .setRefusedGeneration(record.getGeneration())
                    .setRefusal("There is no model '" + model + "' here")
                    .build();
            return;
        }
        status = TeacherStatus.newBuilder()
                .setTeacher(TeacherReference.newBuilder()
                        .setName(model.isEmpty() ? "configured" : model)
                        .setDigest(digest)
                        .setGeneration(record.getGeneration()))
                .setOmitsFeatures(record.getTeacher().getOmitFeatures())
                .build();
    }

    private synchronized void report(InstanceStatus.Builder heartbeat) {
        heartbeat.setTeacher(status);
        if (status.hasTeacher()) {
            heartbeat.putObservedGenerations(
                    ControlKeys.TEACHER, status.getTeacher().getGeneration());
        }
        if (status.getRefusedGeneration() > 0) {
            heartbeat.setProblem("teacher generation " + status.getRefusedGeneration() + " was refused");
        }
    }

    @Override
    public void close() {
        control.close();
        reporter.close();
    }
}
