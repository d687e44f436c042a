// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.terminal;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TeacherStatus;

/** Heartbeats at seconds of a clock. */
public final class Heartbeat {

    private Heartbeat() {}

    /** A teacher that was started at a time and has given so many outputs. */
    public static InstanceStatus teacher(String name, double started, double time, long outputs) {
        return beat(name, started, time, ServiceKind.SERVICE_KIND_TEACHER)
                .setTeacher(TeacherStatus.newBuilder().setOutputs(outputs))
                .build();
    }

    /** A selector that was started at 0 and has decided for the curriculum {@code dfnd}. */
    public static InstanceStatus selector(String name, double time, long kept, long notKept) {
        return beat(name, 0, time, ServiceKind.SERVICE_KIND_SELECTOR)
                .setSelector(SelectorStatus.newBuilder()
                        .addCurricula(SelectorStatus.Curriculum.newBuilder()
                                .setName("dfnd")
                                .setKept(kept)
                                .setNotKept(notKept)))
                .build();
    }

    /** A trainer that was started at 0. */
    public static InstanceStatus trainer(double time, StudentStatus student) {
        return beat("trainer-" + student.getStudent(), 0, time, ServiceKind.SERVICE_KIND_TRAINER)
                .setStudent(student)
                .build();
    }

    /** A status of these instances. */
    public static PipelineStatus.Builder status(double time, InstanceStatus... instances) {
        return PipelineStatus.newBuilder().setTime(timestamp(time)).addAllInstances(java.util.List.of(instances));
    }

    private static InstanceStatus.Builder beat(String name, double started, double time, ServiceKind kind) {
        return InstanceStatus.newBuilder()
                .setInstance(name)
                .setService(kind)
                .setStarted(timestamp(started))
                .setTime(timestamp(time));
    }

    private static Timestamp timestamp(double seconds) {
        return Timestamp.newBuilder()
                .setSeconds((long) seconds)
                .setNanos((int) Math.round(seconds % 1 * 1e9))
                .build();
    }
}
