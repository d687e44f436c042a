// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.testkit.Waits;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.CheckpointStudentRequest;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.PauseStudentRequest;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.gateway.control.ClusterState;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.LockedDoor;
import io.wildstream.gateway.testkit.Service;
import io.wildstream.gateway.testkit.TestStudents;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands that wait for an hour, over the wire, and the clients beside them. */
@QuarkusTest
@TestProfile(LockedDoor.class)
@UsesQuarkus
class AbandonedCommandsTest {

    /** More than there are threads for commands. */
    private static final int MANY = 96;

    private static final String STUDENT = "s-abandoned";

    @Inject
    ClusterState state;

    @Test
    void clientsThatGoHoldUpNobody() {
        // Given
        try (Door door = Door.withToken(LockedDoor.TOKEN);
                Door other = Door.withToken(LockedDoor.TOKEN)) {
            TestStudents pupils = new TestStudents(door);
            pupils.curriculum("abandoned");
            pupils.create(STUDENT, "abandoned", TestStudents.self());
            try (Service trainer = TestStudents.trainer(STUDENT)) {
                await().until(() -> state.trainer(STUDENT) != null);
                List<ListenableFuture<CheckpointManifest>> commands = IntStream.range(0, MANY)
                        .mapToObj(i -> StudentServiceGrpc.newFutureStub(door.channel())
                                .checkpointStudent(CheckpointStudentRequest.newBuilder()
                                        .setStudent(STUDENT)
                                        .build()))
                        .toList();
                await().until(() -> state.students().get(STUDENT).getCheckpointRequest() == Commands.COMMANDERS);

                // When
                boolean readWhileTheyWait = canRead(other);
                commands.forEach(command -> command.cancel(true));

                // Then
                assertThat(readWhileTheyWait).isTrue();
                assertThat(canRead(other)).isTrue();
                assertThat(canCommand(other)).isTrue();
            }
        }
    }

    private static boolean canRead(Door door) {
        return PipelineServiceGrpc.newBlockingStub(door.channel())
                .withDeadlineAfter(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)
                .getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance())
                .hasTime();
    }

    private static boolean canCommand(Door door) {
        Status.Code code = Door.code(() -> {
            var unused = StudentServiceGrpc.newBlockingStub(door.channel())
                    .withDeadlineAfter(Waits.PATIENT.toSeconds(), TimeUnit.SECONDS)
                    .pauseStudent(PauseStudentRequest.newBuilder()
                            .setStudent("nobody")
                            .build());
        });
        return code == Status.Code.NOT_FOUND;
    }
}
