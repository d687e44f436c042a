// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import io.wildstream.contracts.testkit.UsesQuarkus;
import io.wildstream.contracts.v1.CreateStudentRequest;
import io.wildstream.contracts.v1.CurriculumServiceGrpc;
import io.wildstream.contracts.v1.IngestResponse;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.RandomPolicy;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.Score;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.StudentServiceGrpc;
import io.wildstream.contracts.v1.ThresholdPolicy;
import io.wildstream.contracts.v1.TopNWindowPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import io.wildstream.contracts.v1.UpdateSelectionPolicyRequest;
import io.wildstream.contracts.v1.UpdateTrainingSpecRequest;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.testkit.Door;
import io.wildstream.gateway.testkit.OpenDoor;
import io.wildstream.gateway.testkit.Uploads;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bad requests through the real gateway, good ones between them: each gets its reason, the good ones their answer. */
@QuarkusTest
@TestProfile(OpenDoor.class)
@UsesQuarkus
class BadRequestsTest {

    private static final Sample GOOD = Uploads.sample("", 10);

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
    void everyBadSampleIsRefusedAndEveryGoodOneStored() {
        // Given
        Map<Sample, String> bad = badSamples();
        List<Sample> samples = new ArrayList<>();
        bad.keySet().forEach(sample -> {
            samples.add(GOOD);
            samples.add(sample);
        });
        samples.add(GOOD);

        // When
        IngestResponse response = Uploads.send(door, samples);

        // Then
        assertThat(response.getAccepted()).isEqualTo(bad.size() + 1);
        assertThat(response.getRefused()).isEqualTo(bad.size());
        List<String> reasons = List.copyOf(bad.values());
        for (int i = 0; i < reasons.size(); i++) {
            assertThat(response.getResults(2 * i).hasPosition()).isTrue();
            assertThat(response.getResults(2 * i + 1).getError()).startsWith(reasons.get(i));
        }
        assertThat(bad).hasSizeGreaterThanOrEqualTo(25);
        assertThat(door.get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void everyBadUploadIsAProblemThatNamesTheField() {
        // Given
        Map<List<String>, String> bad = badUploads();

        // When // Then
        bad.forEach((upload, field) -> {
            HttpResponse<String> response =
                    post(upload.get(0), upload.get(1), upload.get(2).getBytes(UTF_8));
            assertThat(response.statusCode()).as(upload.toString()).isEqualTo(400);
            assertThat(new JsonObject(response.body())
                            .getJsonArray("errors")
                            .getJsonObject(0)
                            .getString("field"))
                    .isEqualTo(field);
            assertThat(post("", "image/png", new byte[] {1}).statusCode()).isEqualTo(200);
        });
        assertThat(bad).hasSizeGreaterThanOrEqualTo(15);
    }

    @Test
    void requestsForWhatIsNotThereAreRefusedByHttp() {
        assertThat(door.get("/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(door.get("/v1/samples").statusCode()).isEqualTo(405);
        assertThat(door.get("/v1/students/Not%20A%20Name").statusCode()).isEqualTo(400);
        assertThat(door.get("/v1/students/absent").statusCode()).isEqualTo(404);
        assertThat(door.get("/v1/students/..%2f..%2fetc").statusCode()).isIn(400, 404);
        HttpResponse<String> large = post("", "image/png", new byte[ConfigChecks.LARGEST_PAYLOAD + 1]);
        assertThat(large.statusCode()).isEqualTo(400);
        assertThat(large.body()).contains("sample.payload");
    }

    @Test
    void everyBadCommandIsRefusedByTheNameOfItsField() {
        // Given
        var curricula = CurriculumServiceGrpc.newBlockingStub(door.channel());
        var students = StudentServiceGrpc.newBlockingStub(door.channel());
        Set<Object> distinct = new HashSet<>();

        // When // Then
        badPolicies().forEach((request, field) -> {
            assertRefused(() -> curricula.updateSelectionPolicy(request), field);
            distinct.add(request);
        });
        for (String name : List.of("", "Upper", "a b", "-a", "x".repeat(64), "../a", "a\nb")) {
            CreateStudentRequest create = CreateStudentRequest.newBuilder()
                    .setStudent(name)
                    .setCurriculum("main")
                    .build();
            assertRefused(() -> students.createStudent(create), "student");
            distinct.add(create);
            CreateStudentRequest into = CreateStudentRequest.newBuilder()
                    .setStudent("ok")
                    .setCurriculum(name)
                    .build();
            assertRefused(() -> students.createStudent(into), "curriculum");
            distinct.add(into);
        }
        UpdateTrainingSpecRequest update =
                UpdateTrainingSpecRequest.newBuilder().setStudent("ok").build();
        assertRefused(() -> students.updateTrainingSpec(update), "spec");
        distinct.add(update);
        assertThat(distinct).hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    void bytesThatAreNoMessageFailTheirCallAlone() {
        for (String garbage : List.of("garbage", "\u0007", "{\"curriculum\":\"main\"}", "\nx")) {
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class, () -> RawCalls.updateSelectionPolicy(door, garbage.getBytes(UTF_8)));
            assertThat(failure).as(garbage).isNotNull();
            assertThat(failure.getStatus().getCode())
                    .isIn(
                            Status.Code.INTERNAL,
                            Status.Code.INVALID_ARGUMENT,
                            Status.Code.CANCELLED,
                            Status.Code.UNKNOWN);
        }
        assertThat(Uploads.send(door, List.of(GOOD)).getAccepted()).isEqualTo(1);
    }

    private static Map<Sample, String> badSamples() {
        Map<Sample, String> bad = new LinkedHashMap<>();
        for (String id : List.of("x".repeat(257), "x".repeat(100_000), "a\nb", "\u0000", "a\u001b[31m", "a\u007f")) {
            bad.put(GOOD.toBuilder().setId(id).build(), "sample.id: ");
        }
        for (String source : List.of("x".repeat(257), "a\tb", "\u0000")) {
            bad.put(GOOD.toBuilder().setSource(source).build(), "sample.source: ");
        }
        List<String> types = List.of(
                "",
                "image",
                "image/svg+xml",
                "text/html",
                "application/json",
                "application/x-tensor",
                "application/x-tensor;dtype=uint8",
                "application/x-tensor;shape=1,2,2",
                "application/x-tensor;dtype=float64;shape=1,2,2",
                "application/x-tensor;dtype=uint8;shape=2,,2",
                "application/x-tensor;dtype=uint8;shape=0,2,2",
                "application/x-tensor;dtype=uint8;shape=1,-2,2",
                "application/x-tensor;dtype=uint8;shape=1,2,9999999",
                "application/x-tensor;dtype=uint8;shape=1,2,2;more=1",
                "application/x-tensor;dtype=uint8,shape=1,2,2",
                "x".repeat(300),
                "image/png\u0000");
        for (String type : types) {
            bad.put(GOOD.toBuilder().setContentType(type).build(), "sample.content_type: ");
        }
        bad.put(GOOD.toBuilder().clearPayload().build(), "sample.payload: is empty");
        Reference reference = Reference.newBuilder().setAddress("s3://photos/a").build();
        Sample.Builder referring = GOOD.toBuilder().clearPayload();
        bad.put(GOOD.toBuilder().setReference(reference).build(), "sample.reference: ");
        bad.put(
                referring
                        .setReference(reference.toBuilder().setAddress("https://user@host/a"))
                        .build(),
                "sample.reference.address: ");
        bad.put(referring.setReference(reference.toBuilder().setSha256("ab")).build(), "sample.reference.sha256: ");
        bad.put(
                referring
                        .setReference(reference.toBuilder().setSizeBytes(ConfigChecks.LARGEST_PAYLOAD + 1))
                        .build(),
                "sample.reference.size_bytes: ");
        bad.put(Uploads.sample("large", ConfigChecks.LARGEST_PAYLOAD + 1), "sample.payload: has ");
        return bad;
    }

    /** Query, content type and body, and the field that is named. */
    private static Map<List<String>, String> badUploads() {
        Map<List<String>, String> bad = new LinkedHashMap<>();
        bad.put(List.of("", "image/png", ""), "sample.payload");
        for (String type : List.of(
                "image/svg+xml",
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/x-tensor",
                "application/x-tensor;dtype=uint8",
                "application/x-tensor;dtype=uint8;shape=a",
                "application/octet-stream")) {
            bad.put(List.of("", type, "{\"a\":"), "sample.content_type");
        }
        String json = "application/json";
        for (String body : List.of(
                "",
                "{\"a\":",
                "[]",
                "{\"unknown\": 1}",
                "{\"reference\": 7}",
                "[".repeat(10_000),
                " ".repeat(64 * 1024 + 1))) {
            bad.put(List.of("", json, body), "sample");
        }
        bad.put(List.of("", json, "{}"), "sample.content_type");
        bad.put(List.of("", json, "{\"reference\": {}}"), "sample.reference.address");
        bad.put(List.of("", json, "{\"reference\": {\"address\": \"ftp://a/b\"}}"), "sample.reference.address");
        bad.put(
                List.of("", json, "{\"reference\": {\"address\": \"s3://photos/a\", \"sha256\": \"ab\"}}"),
                "sample.reference.sha256");
        bad.put(
                List.of("", json, "{\"reference\": {\"address\": \"s3://photos/a\"}, \"payload\": \"AAAA\"}"),
                "sample.reference");
        for (String id : List.of("x".repeat(257), "a\nb", "a\u0000b")) {
            bad.put(List.of("?id=" + URLEncoder.encode(id, UTF_8), "image/png", "a"), "sample.id");
            bad.put(List.of("?source=" + URLEncoder.encode(id, UTF_8), "image/png", "a"), "sample.source");
        }
        return bad;
    }

    private static Map<UpdateSelectionPolicyRequest, String> badPolicies() {
        Map<UpdateSelectionPolicyRequest, String> bad = new LinkedHashMap<>();
        bad.put(policy(SelectionPolicy.newBuilder()), "policy");
        for (double rate : new double[] {0, -1, 1.01, Double.NaN, Double.POSITIVE_INFINITY}) {
            bad.put(
                    policy(SelectionPolicy.newBuilder()
                            .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate))),
                    "policy.keep_rate.rate");
            bad.put(
                    policy(SelectionPolicy.newBuilder()
                            .setRandom(RandomPolicy.newBuilder().setRate(rate))),
                    "policy.random.rate");
        }
        for (double noise : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            bad.put(
                    policy(SelectionPolicy.newBuilder()
                            .setThreshold(ThresholdPolicy.newBuilder().setMaxNoiseValue(noise))),
                    "policy.threshold.max_noise_value");
        }
        KeepRatePolicy half = KeepRatePolicy.newBuilder().setRate(0.5).build();
        for (int window : new int[] {-1, 65_537}) {
            bad.put(
                    policy(SelectionPolicy.newBuilder()
                            .setKeepRate(half.toBuilder().setWindow(window))),
                    "policy.keep_rate.window");
        }
        bad.put(
                policy(SelectionPolicy.newBuilder().setKeepRate(half.toBuilder().setBalanceValue(9))),
                "policy.keep_rate.balance");
        badRankings().forEach((policy, field) -> bad.put(policy(policy), field));
        badScoresAndCaps().forEach((policy, field) -> bad.put(policy(policy), field));
        return bad;
    }

    private static Map<SelectionPolicy.Builder, String> badRankings() {
        Map<SelectionPolicy.Builder, String> bad = new LinkedHashMap<>();
        TopNWindowPolicy windows =
                TopNWindowPolicy.newBuilder().setWindow(100).setKeep(10).build();
        for (int window : new int[] {-1, 262_145}) {
            bad.put(topN(windows.toBuilder().setWindow(window)), "policy.top_n_window.window");
        }
        for (int keep : new int[] {0, -1, 101}) {
            bad.put(topN(windows.toBuilder().setKeep(keep)), "policy.top_n_window.keep");
        }
        bad.put(topN(windows.toBuilder().setBalanceValue(9)), "policy.top_n_window.balance");
        TwoPassPolicy log = TwoPassPolicy.newBuilder().setKeep(10).build();
        bad.put(twoPass(TwoPassPolicy.newBuilder()), "policy.two_pass.keep");
        for (long keep : new long[] {-1, 4_000_001}) {
            bad.put(twoPass(log.toBuilder().setKeep(keep)), "policy.two_pass.keep");
        }
        for (double rate : new double[] {0, -1, 1.01, Double.NaN}) {
            bad.put(twoPass(log.toBuilder().setRate(rate)), "policy.two_pass.rate");
        }
        bad.put(twoPass(log.toBuilder().setBalanceValue(9)), "policy.two_pass.balance");
        bad.put(twoPass(log.toBuilder().addUntilOffsets(3).addUntilOffsets(-1)), "policy.two_pass.until_offsets");
        return bad;
    }

    private static Map<SelectionPolicy.Builder, String> badScoresAndCaps() {
        Map<SelectionPolicy.Builder, String> bad = new LinkedHashMap<>();
        SelectionPolicy good = SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(0.5))
                .build();
        SelectionPolicy random = SelectionPolicy.newBuilder()
                .setRandom(RandomPolicy.newBuilder().setRate(0.5))
                .build();
        bad.put(good.toBuilder().setScoreValue(9), "policy.score");
        bad.put(random.toBuilder().setScore(Score.SCORE_NOISE_VALUE), "policy.score");
        bad.put(good.toBuilder().setTau(1), "policy.tau");
        for (double tau : new double[] {-1, 1001, Double.NaN, Double.POSITIVE_INFINITY}) {
            bad.put(good.toBuilder().setScore(Score.SCORE_FEATURE_NORMALISED).setTau(tau), "policy.tau");
        }
        for (double share : new double[] {-0.1, 1.01, Double.NaN, Double.POSITIVE_INFINITY}) {
            bad.put(good.toBuilder().setMaxSharePerClass(share), "policy.max_share_per_class");
            bad.put(good.toBuilder().setMaxSharePerSource(share), "policy.max_share_per_source");
        }
        bad.put(random.toBuilder().setMaxSharePerClass(0.5), "policy.max_share_per_class");
        bad.put(random.toBuilder().setMaxSharePerSource(0.5), "policy.max_share_per_source");
        return bad;
    }

    private static SelectionPolicy.Builder topN(TopNWindowPolicy.Builder policy) {
        return SelectionPolicy.newBuilder().setTopNWindow(policy);
    }

    private static SelectionPolicy.Builder twoPass(TwoPassPolicy.Builder policy) {
        return SelectionPolicy.newBuilder().setTwoPass(policy);
    }

    private static UpdateSelectionPolicyRequest policy(SelectionPolicy.Builder policy) {
        return UpdateSelectionPolicyRequest.newBuilder()
                .setCurriculum("main")
                .setPolicy(policy)
                .build();
    }

    private static void assertRefused(Runnable call, String field) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(failure).as(field).isNotNull();
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Door.fields(failure)).contains(field);
    }

    private HttpResponse<String> post(String query, String type, byte[] body) {
        return door.send(door.request("/v1/samples" + query)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }
}
