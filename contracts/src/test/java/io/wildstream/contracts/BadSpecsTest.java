// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.LabelledSample;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.Normalisation;
import io.wildstream.contracts.v1.ReplaySpec;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.ScheduleKind;
import io.wildstream.contracts.v1.ScheduleSpec;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Specs with every field below, above and off its range, and holdout files that are none: each is refused in words. */
class BadSpecsTest {

    private static final double[] NOWHERE = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, -Double.MIN_VALUE
    };
    private static final TrainingSpec GOOD = TrainingSpec.newBuilder()
            .setStudentModel("lenet5-1x28-10")
            .setMaxSteps(1000)
            .build();

    @TempDir
    Path directory;

    /** A bad spec and how its first problem begins. */
    record Case(TrainingSpec spec, String problem) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        numbers(cases);
        texts(cases);
        counts(cases);
        lists(cases);
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedByTheNameOfItsField(Case bad) {
        assertThat(TrainingSpecs.problems(bad.spec()))
                .anySatisfy(problem -> assertThat(problem).startsWith(bad.problem() + ": "));
        assertThatThrownBy(() -> TrainingSpecs.require(bad.spec()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(bad.problem());
    }

    @Test
    void theSpecThatTheyAreMadeOfIsGood() {
        assertThat(TrainingSpecs.problems(GOOD)).isEmpty();
    }

    static Stream<Arguments> holdouts() throws IOException {
        byte[] message = LabelledSample.newBuilder()
                .setSample(Sample.newBuilder().setId("a").setPayload(ByteString.copyFrom(new byte[300])))
                .build()
                .toByteArray();
        byte[] one = delimited(message);
        byte[] whole = gzip(one);
        return Stream.of(
                Arguments.of(new byte[0], "truncated after 0 samples"),
                Arguments.of(new byte[] {0x1f, (byte) 0x8b}, "truncated after 0 samples"),
                Arguments.of("labels".getBytes(UTF_8), "not a gzip stream"),
                Arguments.of(one, "not a gzip stream"),
                Arguments.of(gzip(new byte[0]), "contains no samples"),
                Arguments.of(Arrays.copyOf(whole, whole.length / 2), "truncated after 0 samples"),
                Arguments.of(Arrays.copyOf(whole, whole.length - 4), "truncated after 1 samples"),
                Arguments.of(gzip(Arrays.copyOf(one, one.length - 1)), "sample 0 cannot be read"),
                Arguments.of(gzip(delimited(new byte[] {7, 7, 7})), "sample 0 cannot be read"),
                Arguments.of(gzip(new byte[] {-1, -1, -1, -1, 15}), "claims 4294967295 bytes"),
                Arguments.of(gzip(new byte[] {-1, -1, -1, -1, 7}), "claims 2147483647 bytes"),
                Arguments.of(gzip(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}), "sample 0 cannot be read"));
    }

    @ParameterizedTest
    @MethodSource("holdouts")
    void aHoldoutFileThatIsNoneIsRefusedByItsName(byte[] bytes, String message) throws IOException {
        // Given
        Path file = Files.write(directory.resolve("holdout.pb.gz"), bytes);

        // When // Then
        assertThatThrownBy(() -> HoldoutFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holdout.pb.gz: ")
                .hasMessageContaining(message);
    }

    @Test
    void allAreDifferent() {
        Set<ByteString> inputs = new HashSet<>();
        cases().forEach(bad -> inputs.add(bad.spec().toByteString()));
        assertThat(inputs).hasSameSizeAs(cases()).hasSizeGreaterThanOrEqualTo(90);
    }

    private static void numbers(List<Case> cases) {
        numbers(cases, "sgd.learning_rate", (spec, value) -> sgd(spec).setLearningRate(value), 0, 1001);
        numbers(cases, "sgd.momentum", (spec, value) -> sgd(spec).setMomentum(value), 1, 2);
        numbers(cases, "sgd.weight_decay", (spec, value) -> sgd(spec).setWeightDecay(value), 1.01);
        numbers(cases, "sgd.max_gradient_norm", (spec, value) -> sgd(spec).setMaxGradientNorm(value));
        numbers(cases, "schedule.factor", (spec, value) -> schedule(spec).setFactor(value), 1.01);
        numbers(cases, "schedule.milestones[0]", (spec, value) -> schedule(spec).addMilestones(value), 0, 1);
        numbers(
                cases,
                "replay.ratio",
                (spec, value) -> spec.setReplay(ReplaySpec.newBuilder().setRatio(value)),
                1001);
        numbers(cases, "terms[0].weight", (spec, value) -> term(spec).setWeight(value));
        numbers(cases, "terms[0].dfnd.temperature", (spec, value) -> dfnd(spec).setTemperature(value), 1001);
        numbers(cases, "terms[0].dfnd.kd_weight", (spec, value) -> dfnd(spec).setKdWeight(value));
        numbers(
                cases,
                "terms[0].dfnd.noisy_label_weight",
                (spec, value) -> dfnd(spec).setNoisyLabelWeight(value));
        numbers(
                cases,
                "terms[0].dfnd.q_learning_rate",
                (spec, value) -> dfnd(spec).setQLearningRate(value),
                1.01);
        numbers(
                cases,
                "terms[0].dfnd.q_diagonal[0]",
                (spec, value) -> dfnd(spec).addQDiagonal(value),
                0,
                1);
    }

    private static void numbers(
            List<Case> cases, String field, BiConsumer<TrainingSpec.Builder, Double> set, double... more) {
        for (double value : NOWHERE) {
            add(cases, field, spec -> set.accept(spec, value));
        }
        for (double value : more) {
            add(cases, field, spec -> set.accept(spec, value));
        }
    }

    private static void texts(List<Case> cases) {
        for (String name : List.of("", ".", "../x", "/etc", "a/b", "a b", "\u0000", "é", "x".repeat(129))) {
            add(cases, "student_model", spec -> spec.setStudentModel(name));
        }
        for (String digest : List.of("0", "0".repeat(63), "0".repeat(65), "A".repeat(64), "g".repeat(64))) {
            add(cases, "student_model_digest", spec -> spec.setStudentModelDigest(digest));
            add(cases, "teacher_digest", spec -> spec.setTeacherDigest(digest));
        }
    }

    private static void counts(List<Case> cases) {
        for (int size : new int[] {-1, 65_537, Integer.MIN_VALUE}) {
            add(cases, "batch_size", spec -> spec.setBatchSize(size));
        }
        for (int window : new int[] {-1, 10_000_001}) {
            add(
                    cases,
                    "replay.window",
                    spec -> spec.setReplay(ReplaySpec.newBuilder().setWindow(window)));
        }
        for (long steps : new long[] {-1, 1_000_000_001L, Long.MIN_VALUE}) {
            add(cases, "max_steps", spec -> spec.setMaxSteps(steps));
        }
        for (long steps : new long[] {-1, 1000, Long.MAX_VALUE}) {
            add(cases, "schedule.warmup_steps", spec -> schedule(spec).setWarmupSteps(steps));
        }
        for (long offset : new long[] {-1, Long.MIN_VALUE}) {
            add(cases, "start_offset", spec -> spec.setStartOffset(offset));
        }
        add(cases, "schedule.kind", spec -> schedule(spec).setKindValue(99));
        add(cases, "max_steps", spec -> schedule(spec.clearMaxSteps()).setKind(ScheduleKind.SCHEDULE_KIND_COSINE));
        add(cases, "max_steps", spec -> schedule(spec.clearMaxSteps()).setKind(ScheduleKind.SCHEDULE_KIND_STEP));
        add(cases, "sgd.nesterov", spec -> sgd(spec).setMomentum(0).setNesterov(true));
    }

    private static void lists(List<Case> cases) {
        add(cases, "terms[0]", spec -> spec.addTerms(LossTerm.getDefaultInstance()));
        add(
                cases,
                "schedule.milestones[1]",
                spec -> schedule(spec).addMilestones(0.8).addMilestones(0.4));
        add(
                cases,
                "schedule.milestones[1]",
                spec -> schedule(spec).addMilestones(0.5).addMilestones(0.5));
        add(cases, "preprocessing", spec -> spec.setPreprocessing(" ".repeat(10_001)));
        add(cases, "normalisation", spec -> normalisation(spec).addMean(1));
        add(cases, "normalisation", spec -> normalisation(spec).addStd(1));
        add(
                cases,
                "normalisation.mean",
                spec -> normalisation(spec).addMean(Float.NaN).addStd(1));
        for (float value : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            add(
                    cases,
                    "normalisation.std",
                    spec -> normalisation(spec).addMean(0).addStd(value));
        }
    }

    private static void add(
            List<Case> cases, String problem, java.util.function.Consumer<TrainingSpec.Builder> change) {
        TrainingSpec.Builder spec = GOOD.toBuilder();
        change.accept(spec);
        cases.add(new Case(spec.build(), problem));
    }

    private static SgdSpec.Builder sgd(TrainingSpec.Builder spec) {
        return spec.getSgdBuilder();
    }

    private static ScheduleSpec.Builder schedule(TrainingSpec.Builder spec) {
        return spec.getScheduleBuilder();
    }

    private static Normalisation.Builder normalisation(TrainingSpec.Builder spec) {
        return spec.getNormalisationBuilder();
    }

    private static LossTerm.Builder term(TrainingSpec.Builder spec) {
        return spec.addTermsBuilder().setDfnd(DfndLoss.getDefaultInstance());
    }

    private static DfndLoss.Builder dfnd(TrainingSpec.Builder spec) {
        return spec.addTermsBuilder().getDfndBuilder();
    }

    private static byte[] delimited(byte[] message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        com.google.protobuf.CodedOutputStream coded = com.google.protobuf.CodedOutputStream.newInstance(out);
        coded.writeByteArrayNoTag(message);
        coded.flush();
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
