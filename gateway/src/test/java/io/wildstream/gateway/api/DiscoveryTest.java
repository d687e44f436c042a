// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class DiscoveryTest {

    @Test
    void listsItsServicesByReflection() {
        // Given
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        try (Door door = new Door()) {

            // When
            StreamObserver<ServerReflectionRequest> question = ServerReflectionGrpc.newStub(door.channel())
                    .serverReflectionInfo(new StreamObserver<>() {
                        @Override
                        public void onNext(ServerReflectionResponse response) {
                            answer.complete(response);
                        }

                        @Override
                        public void onError(Throwable error) {
                            answer.completeExceptionally(error);
                        }

                        @Override
                        public void onCompleted() {}
                    });
            question.onNext(
                    ServerReflectionRequest.newBuilder().setListServices("*").build());

            // Then
            assertThat(answer.join().getListServicesResponse().getServiceList())
                    .extracting(ServiceResponse::getName)
                    .contains(
                            "wildstream.v1.IngestService",
                            "wildstream.v1.PipelineService",
                            "wildstream.v1.CurriculumService",
                            "wildstream.v1.StudentService",
                            "wildstream.v1.TeacherService",
                            "grpc.health.v1.Health");
        }
    }

    @Test
    void servesHealth() {
        // Given
        try (Door door = new Door()) {
            HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(door.channel());

            // When
            HealthCheckRequest whole = HealthCheckRequest.getDefaultInstance();

            // Then
            await().untilAsserted(
                            () -> assertThat(health.check(whole).getStatus()).isEqualTo(ServingStatus.SERVING));
        }
    }
}
