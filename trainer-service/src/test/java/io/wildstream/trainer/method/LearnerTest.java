// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.SgdSpec;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.torch.InferenceModel;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnerTest {

    private static final int SIZE = LearnerFixture.SIZE;
    private static final int CLASSES = LearnerFixture.CLASSES;

    @TempDir
    Path directory;

    @Test
    void theLossFallsAndQLearns() {
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec())) {
            // Given
            Minibatch minibatch = LearnerFixture.minibatch(784, 1);
            StepResult first = learner.step(minibatch, 0);

            // When
            StepResult last = first;
            for (int step = 1; step < 40; step++) {
                last = learner.step(minibatch, step);
            }

            // Then
            assertThat(first.losses()).containsOnlyKeys("dfnd.kd", "dfnd.noisy_label", "total");
            assertThat(first.losses().get("dfnd.kd") + first.losses().get("dfnd.noisy_label"))
                    .isCloseTo(first.losses().get("total"), org.assertj.core.api.Assertions.within(1e-5));
            assertThat(last.losses().get("total")).isLessThan(first.losses().get("total") / 2);
            assertThat(last.agreed()).isGreaterThan(first.agreed());
            assertRowsOfQ(learner.describeTerms());
        }
    }

    @SuppressWarnings("unchecked")
    private static void assertRowsOfQ(List<Map<String, Object>> terms) {
        List<List<Float>> rows = (List<List<Float>>) terms.get(0).get("q");
        boolean moved = false;
        for (int i = 0; i < CLASSES; i++) {
            double sum = rows.get(i).stream().mapToDouble(Float::doubleValue).sum();
            assertThat(sum).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-6));
            assertThat(rows.get(i).get(i)).isEqualTo(0.9f);
            moved |= Math.abs(rows.get(i).get((i + 1) % CLASSES) - 0.1f / 9) > 1e-5;
        }
        assertThat(moved).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"lenet5-1x28-10,784", "resnet8-3x32-10,3072"})
    void goesOnFromAFileBitForBit(String model, int values) throws IOException {
        // Given
        TrainingSpec spec = spec();
        String whole;
        try (Learner learner = LearnerFixture.learner(model, spec)) {
            for (int step = 0; step < 8; step++) {
                learner.step(LearnerFixture.minibatch(values, step), step);
                if (step == 3) {
                    learner.save(directory.resolve("state"));
                }
            }
            whole = learner.weightsSha256();
        }

        // When
        try (Learner learner =
                LearnerFixture.learner(model, spec.toBuilder().setSeed(1).build())) {
            learner.restore(directory.resolve("state"));
            learner.configure(spec);
            for (int step = 4; step < 8; step++) {
                learner.step(LearnerFixture.minibatch(values, step), step);
            }

            // Then
            assertThat(learner.weightsSha256()).isEqualTo(whole);
        }
    }

    @Test
    void aFileOfAnotherStudentIsRefused() throws IOException {
        // Given
        Path file = directory.resolve("state");
        try (Learner learner = LearnerFixture.learner("resnet8-1x28-10", spec())) {
            learner.save(file);
        }

        // When // Then
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec())) {
            assertThatThrownBy(() -> learner.restore(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no array");
        }
    }

    @Test
    void aLaterSpecKeepsWhatWasLearned() {
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec())) {
            // Given
            for (int step = 0; step < 20; step++) {
                learner.step(LearnerFixture.minibatch(784, 1), step);
            }
            List<Map<String, Object>> before = learner.describeTerms();
            String weights = learner.weightsSha256();

            // When
            learner.configure(spec().toBuilder()
                    .setSgd(SgdSpec.newBuilder().setLearningRate(0.5).setMaxGradientNorm(1))
                    .build());

            // Then
            assertThat(learner.describeTerms()).isEqualTo(before);
            assertThat(learner.weightsSha256()).isEqualTo(weights);
        }
    }

    @Test
    void aLossThatIsNoNumberLeavesTheWeights() {
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec())) {
            // Given
            Minibatch minibatch = LearnerFixture.minibatch(784, 1);
            minibatch.pixels().put(0, Float.NaN);
            String before = learner.weightsSha256();

            // When // Then
            assertThatThrownBy(() -> learner.step(minibatch, 7))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("the loss of step 7 is NaN");
            assertThat(learner.weightsSha256()).isEqualTo(before);
        }
    }

    @Test
    void pythonReadsTheExportedStudent() throws IOException, InterruptedException {
        String python = System.getenv("WILDSTREAM_PYTHON");
        assumeTrue(
                python != null && new File(python).canExecute(),
                "WILDSTREAM_PYTHON names no Python with torch: torch.jit.load of an exported student is not checked");
        try (Learner learner = LearnerFixture.learner("lenet5-1x28-10", spec())) {
            // Given
            for (int step = 0; step < 5; step++) {
                learner.step(LearnerFixture.minibatch(784, step), step);
            }
            Path module = directory.resolve("student.pt");
            Path pixels = directory.resolve("pixels");
            FloatBuffer images = LearnerFixture.minibatch(784, 9).pixels();
            ByteBuffer bytes = ByteBuffer.allocate(SIZE * 784 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(images.duplicate());
            Files.write(pixels, bytes.array());

            // When
            learner.exportTorchScript(module);
            String script = "import sys, torch, array\n"
                    + "a = array.array('f'); a.frombytes(open(sys.argv[2], 'rb').read())\n"
                    + "m = torch.jit.load(sys.argv[1])\n"
                    + "z, f = m(torch.tensor(a).reshape(-1, 1, 28, 28)); z = z.detach()\n"
                    + "print(' '.join(repr(float(v)) for v in z.flatten()))\n";
            Process process = new ProcessBuilder(python, "-c", script, module.toString(), pixels.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            try (InferenceModel copy = learner.snapshot()) {
                float[] expected = copy.infer(images, SIZE).logits();
                String[] values = output.strip().split(" ");
                assertThat(values).hasSize(expected.length);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(Float.parseFloat(values[i]))
                            .isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-5f));
                }
            }
        }
    }

    private static TrainingSpec spec() {
        return TrainingSpecs.withDefaults(TrainingSpec.newBuilder()
                .setStudentModel("model")
                .setSeed(3)
                .setMaxSteps(100)
                .setSgd(SgdSpec.newBuilder().setLearningRate(0.01))
                .addTerms(io.wildstream.contracts.v1.LossTerm.newBuilder()
                        .setDfnd(
                                io.wildstream.contracts.v1.DfndLoss.newBuilder().addQDiagonal(0.9)))
                .build());
    }
}
