// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.GetPipelineStatusRequest;
import io.wildstream.contracts.v1.PipelineServiceGrpc;
import io.wildstream.contracts.v1.PipelineServiceGrpc.PipelineServiceBlockingStub;
import io.wildstream.gateway.GatewayMetrics;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.LockedDoor;
import io.wildstream.gateway.testkit.Uploads;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(LockedDoor.class)
@UsesQuarkus
class TokenTest {

    private static final String TOKEN = LockedDoor.TOKEN;

    @Inject
    MeterRegistry meters;

    private Door door;

    @BeforeEach
    void open() {
        door = new Door();
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void admitsGrpcCallsWithTheToken() {
        // Given
        PipelineServiceBlockingStub pipeline = withToken("Bearer " + TOKEN);

        // When
        boolean answered = pipeline.getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance())
                .hasTime();

        // Then
        assertThat(answered).isTrue();
    }

    @Test
    void refusesGrpcCallsWithoutIt() {
        // Given
        PipelineServiceBlockingStub none = PipelineServiceGrpc.newBlockingStub(door.channel());

        // When
        StatusRuntimeException missing = failure(none);
        StatusRuntimeException wrong = failure(withToken("Bearer wrong"));
        StatusRuntimeException upload = catchThrowableOfType(
                StatusRuntimeException.class, () -> Uploads.send(door, List.of(Uploads.sample("a", 10))));

        // Then
        assertThat(missing.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(missing.getStatus().getDescription()).contains("authorization: Bearer");
        assertThat(wrong.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(upload.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(meters.get(GatewayMetrics.CALLS)
                        .tag(GatewayMetrics.CODE, "UNAUTHENTICATED")
                        .timers())
                .isNotEmpty();
    }

    @Test
    void leavesHealthOpen() {
        // Given
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(door.channel());

        // When
        await().until(() -> door.get("/q/health/ready").statusCode() == 200);

        // Then
        assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(ServingStatus.SERVING);
        assertThat(door.get("/q/health").statusCode()).isEqualTo(200);
        assertThat(door.get("/q/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void showsMetricsInTheFormatOfExemplarsWithTheTokenOnly() {
        // Given
        String prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

        // When
        HttpResponse<String> refused = door.send(
                door.request("/q/metrics").header("Accept", prometheus).GET().build());
        HttpResponse<String> admitted = door.send(door.request("/q/metrics")
                .header("Accept", prometheus)
                .header("Authorization", "Bearer " + TOKEN)
                .GET()
                .build());

        // Then
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(admitted.statusCode()).isEqualTo(200);
        assertThat(admitted.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
        assertThat(admitted.body()).contains(GatewayMetrics.ACCEPTED).endsWith("# EOF\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/status",
                "/v1/students",
                "/v1/curricula",
                "/q/metrics",
                "/q/openapi",
                "/q/healthy",
                "/q/health/../metrics",
                "/",
                "/wildstream.v1.PipelineService",
                "/wildstream.v1.PipelineService/GetPipelineStatus"
            })
    void refusesHttpWithoutIt(String path) {
        // Given
        HttpResponse<String> admitted = door.send(door.request(path)
                .header("Authorization", "Bearer " + TOKEN)
                .GET()
                .build());

        // When
        HttpResponse<String> refused = door.get(path);

        // Then
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(admitted.statusCode()).isNotEqualTo(401);
    }

    @Test
    void aGrpcContentTypeOpensNothing() {
        // Given
        var request = door.request("/v1/samples")
                .header("Content-Type", "application/grpc")
                .POST(BodyPublishers.ofByteArray(new byte[] {1}))
                .build();

        // When
        HttpResponse<String> response = door.send(request);

        // Then
        assertThat(response.statusCode()).isEqualTo(401);
    }

    private PipelineServiceBlockingStub withToken(String authorization) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        return PipelineServiceGrpc.newBlockingStub(door.channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static StatusRuntimeException failure(PipelineServiceBlockingStub pipeline) {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> pipeline.getPipelineStatus(GetPipelineStatusRequest.getDefaultInstance()));
    }
}
