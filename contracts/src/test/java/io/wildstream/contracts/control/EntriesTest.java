// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CondensationSpec;
import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.CurriculumImages;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ServiceKind;
import io.wildstream.contracts.v1.StudentSpec;
import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.contracts.v1.TeacherSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EntriesTest {

    private static final ControlRecord TEACHER =
            ControlRecord.newBuilder().setTeacher(TeacherSpec.newBuilder()).build();
    private static final ControlRecord POLICY = ControlRecord.newBuilder()
            .setSelectionPolicy(SelectionPolicy.newBuilder())
            .build();
    private static final ControlRecord STUDENT = ControlRecord.newBuilder()
            .setStudent(StudentSpec.newBuilder().setCurriculum("dfnd"))
            .build();
    private static final ControlRecord CONDENSATION = ControlRecord.newBuilder()
            .setCondensation(CondensationSpec.newBuilder().setDataSet("digits"))
            .build();
    private static final InstanceStatus HEARTBEAT = InstanceStatus.newBuilder()
            .setInstance("teacher-0")
            .setService(ServiceKind.SERVICE_KIND_TEACHER)
            .build();
    private static final CheckpointManifest MANIFEST =
            CheckpointManifest.newBuilder().setStudent("anna").build();

    @ParameterizedTest
    @MethodSource
    void takesWhatServicesWrite(EntryFormat<Message> format, String key, Message value) throws Exception {
        assertThat(format.read(key, value.toByteArray())).isEqualTo(value);
    }

    static List<Arguments> takesWhatServicesWrite() {
        return List.of(
                control("teacher", TEACHER),
                control("curriculum/dfnd", POLICY),
                control("student/anna", STUDENT),
                control("condensation/tiny", CONDENSATION),
                status("teacher-0", HEARTBEAT),
                checkpoint("anna", MANIFEST),
                checkpoint("anna", MANIFEST.toBuilder().clearStudent().build()),
                checkpoint("anna", MANIFEST.toBuilder().setCreated(seconds(0)).build()));
    }

    @ParameterizedTest
    @MethodSource
    void refusesWhatCannotBeUsed(EntryFormat<Message> format, String key, Message value, String reason) {
        assertThatThrownBy(() -> format.read(key, value.toByteArray()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    static List<Arguments> refusesWhatCannotBeUsed() {
        return List.of(
                bad(control("curriculum/Bad Name/..", POLICY), "curriculum 'Bad Name/..': must be 1 to 63"),
                bad(control("student/", STUDENT), "student '': must be"),
                bad(control("condensation/\u0000", CONDENSATION), "condensation '\u0000': must be"),
                bad(control("", TEACHER), "no such key"),
                bad(control("teachers", TEACHER), "no such key"),
                bad(control("teacher", POLICY), "selection_policy, not teacher"),
                bad(control("curriculum/dfnd", STUDENT), "student, not selection_policy"),
                bad(control("curriculum/dfnd", ControlRecord.getDefaultInstance()), "spec_not_set"),
                bad(control("student/anna", ofCurriculum("../x")), "curriculum '../x': must be"),
                bad(control("condensation/tiny", condensedFrom("A")), "curriculum 'A': must be"),
                bad(status("teacher 0", HEARTBEAT), "name of an instance"),
                bad(status("teacher-1", HEARTBEAT), "another instance"),
                bad(status("teacher-0", HEARTBEAT.toBuilder().clearService().build()), "names no service"),
                bad(
                        status(
                                "teacher-0",
                                HEARTBEAT.toBuilder()
                                        .setStudent(StudentStatus.newBuilder().setStudent("A B"))
                                        .build()),
                        "student 'A B': must be"),
                bad(
                        status(
                                "teacher-0",
                                HEARTBEAT.toBuilder()
                                        .setTime(seconds(Long.MAX_VALUE))
                                        .build()),
                        "a time that is none"),
                bad(
                        status(
                                "teacher-0",
                                HEARTBEAT.toBuilder()
                                        .setStudent(StudentStatus.newBuilder()
                                                .setStudent("anna")
                                                .setCheckpointTime(seconds(Long.MIN_VALUE)))
                                        .build()),
                        "a time that is none"),
                bad(checkpoint("Anna", MANIFEST), "student 'Anna': must be"),
                bad(checkpoint("bert", MANIFEST), "another student"),
                bad(
                        checkpoint(
                                "anna",
                                MANIFEST.toBuilder()
                                        .setCreated(Timestamp.newBuilder().setNanos(-1))
                                        .build()),
                        "a time that is none"));
    }

    private static Timestamp seconds(long seconds) {
        return Timestamp.newBuilder().setSeconds(seconds).build();
    }

    private static ControlRecord ofCurriculum(String name) {
        return ControlRecord.newBuilder()
                .setStudent(StudentSpec.newBuilder().setCurriculum(name))
                .build();
    }

    private static ControlRecord condensedFrom(String curriculum) {
        return ControlRecord.newBuilder()
                .setCondensation(CondensationSpec.newBuilder()
                        .setCurriculum(CurriculumImages.newBuilder().setCurriculum(curriculum)))
                .build();
    }

    private static Arguments control(String key, ControlRecord value) {
        EntryFormat<ControlRecord> format = Entries::control;
        return Arguments.of(format, key, value);
    }

    private static Arguments status(String key, InstanceStatus value) {
        EntryFormat<InstanceStatus> format = Entries::status;
        return Arguments.of(format, key, value);
    }

    private static Arguments checkpoint(String key, CheckpointManifest value) {
        EntryFormat<CheckpointManifest> format = Entries::checkpoint;
        return Arguments.of(format, key, value);
    }

    private static Arguments bad(Arguments entry, String reason) {
        Object[] of = entry.get();
        return Arguments.of(of[0], of[1], of[2], reason);
    }
}
