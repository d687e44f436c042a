// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.vertx.core.json.JsonObject;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.IngestRequest;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.control.PolicyChecks;
import io.wildstream.gateway.ingest.SampleCheck;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every request is taken, or refused by INVALID_ARGUMENT that names the field, over gRPC and as a problem of the REST API; and every message
 * that is taken can be shown as JSON.
 *
 * <p>Input: one byte that picks the request, then its message; for an upload content type, id and source, each up to a zero byte, and the
 * body.
 */
@Tag("slow")
class RequestFuzzTest {

    private static final SampleCheck CHECK = new SampleCheck(1 << 20);

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyRequestIsTakenOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        try {
            switch (Math.floorMod(input[0], 4)) {
                case 0 -> take(IngestRequest.parseFrom(rest).getSample());
                case 1 -> take(UpdateSelectionPolicyRequest.parseFrom(rest));
                case 2 -> take(CreateStudentRequest.parseFrom(rest));
                default -> take(upload(rest));
            }
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (StatusRuntimeException e) {
            assertRefused(e);
        }
    }

    private static void take(Sample sample) {
        SampleCheck.Problem problem = CHECK.problem(sample, false);
        if (problem != null) {
            assertThat(problem.reason()).isNotNull();
            throw ApiErrors.invalid(problem.field(), problem.problem());
        }
        assertThat(sample.getId().length()).isLessThanOrEqualTo(256);
        assertThat(sample.getPayload().isEmpty()).isFalse();
        assertJson(sample);
    }

    private static void take(UpdateSelectionPolicyRequest request) {
        ApiErrors.requireName("curriculum", request.getCurriculum());
        PolicyChecks.check(request.getPolicy());
        assertJson(request);
    }

    private static void take(CreateStudentRequest request) {
        ApiErrors.requireName("student", request.getStudent());
        ApiErrors.requireName("curriculum", request.getCurriculum());
        List<String> problems = TrainingSpecs.problems(request.getSpec()).stream()
                .map(problem -> "spec." + problem)
                .toList();
        if (!problems.isEmpty()) {
            StatusRuntimeException refusal = ApiErrors.invalid(problems);
            assertThat(ApiErrors.fields(refusal)).hasSameSizeAs(problems);
            throw refusal;
        }
        assertJson(TrainingSpecs.withDefaults(request.getSpec()));
    }

    private static Sample upload(byte[] rest) {
        String[] texts = {"", "", ""};
        int at = 0;
        for (int i = 0; i < texts.length && at < rest.length; i++) {
            int end = at;
            while (end < rest.length && rest[end] != 0) {
                end++;
            }
            texts[i] = new String(rest, at, end - at, UTF_8);
            at = Math.min(end + 1, rest.length);
        }
        return Sample.newBuilder()
                .setContentType(texts[0])
                .setId(texts[1])
                .setSource(texts[2])
                .setPayload(UnsafeByteOperations.unsafeWrap(rest, at, rest.length - at))
                .build();
    }

    private static void assertRefused(StatusRuntimeException refusal) {
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.getStatus().getDescription()).isNotBlank();
        assertThat(ApiErrors.fields(refusal))
                .isNotEmpty()
                .allMatch(field ->
                        !field.getField().isBlank() && !field.getDescription().isBlank());
        try (Response response = new Problems().failed(refusal)) {
            assertThat(response.getStatus()).isEqualTo(400);
            assertThat(new JsonObject((String) response.getEntity()).getJsonArray("errors"))
                    .isNotEmpty();
        }
    }

    private static void assertJson(Message message) {
        assertThat(new JsonObject(Json.of(message)).fieldNames()).isNotEmpty();
    }

    static Stream<byte[]> seeds() {
        Sample sample = Sample.newBuilder()
                .setId("a")
                .setSource("camera")
                .setContentType("application/x-tensor;dtype=uint8;shape=1,2,2")
                .setPayload(ByteString.copyFromUtf8("abcd"))
                .build();
        SelectionPolicy threshold = SelectionPolicy.newBuilder()
                .setThreshold(ThresholdPolicy.newBuilder().setMaxNoiseValue(0.5))
                .build();
        SelectionPolicy rate = SelectionPolicy.newBuilder()
                .setKeepRate(
                        KeepRatePolicy.newBuilder().setRate(2).setWindow(-1).setBalanceValue(7))
                .build();
        SelectionPolicy random = SelectionPolicy.newBuilder()
                .setRandom(RandomPolicy.newBuilder().setRate(Double.NaN))
                .build();
        TrainingSpec spec = TrainingSpec.newBuilder()
                .setStudentModel("lenet5-1x28-10")
                .addTerms(LossTerm.newBuilder().setDfnd(DfndLoss.newBuilder().addQDiagonal(0.9)))
                .setMaxSteps(10)
                .build();
        return Stream.of(
                seed(0, IngestRequest.newBuilder().setSample(sample).build().toByteArray()),
                seed(1, policy(threshold)),
                seed(1, policy(rate)),
                seed(1, policy(random)),
                seed(2, student(spec)),
                seed(
                        2,
                        student(spec.toBuilder()
                                .setBatchSize(-1)
                                .setMaxSteps(-1)
                                .build())),
                seed(3, "image/png\0id\0source\0body".getBytes(UTF_8)),
                seed(3, "application/x-tensor; dtype=float32; shape=\"1,2,2\"\0\0\0body".getBytes(UTF_8)));
    }

    private static byte[] policy(SelectionPolicy policy) {
        return UpdateSelectionPolicyRequest.newBuilder()
                .setCurriculum("main")
                .setPolicy(policy)
                .build()
                .toByteArray();
    }

    private static byte[] student(TrainingSpec spec) {
        return CreateStudentRequest.newBuilder()
                .setStudent("lenet")
                .setCurriculum("main")
                .setSpec(spec)
                .build()
                .toByteArray();
    }

    private static byte[] seed(int first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
