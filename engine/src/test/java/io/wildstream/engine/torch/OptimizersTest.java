// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.wildstream.engine.torch.training.Adam;
import io.wildstream.engine.torch.training.Adam.Options;
import io.wildstream.engine.torch.training.Optimizer;
import io.wildstream.engine.torch.training.Sgd;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden values: torch 2.13, float32, the same start, gradients and learning rates. */
class OptimizersTest {

    private static final float[] START = {0.5f, -1f, 2f};
    private static final float[][] GRADIENTS = {
        {0.1f, -0.2f, 0.3f}, {-0.4f, 0.5f, 0.6f}, {0.7f, 0.8f, -0.9f}, {1f, -1.1f, 0.2f}, {0.3f, 0.3f, -0.1f}
    };
    private static final double[] RATES = {0.1, 0.1, 0.05, 0.02, 0.01};

    private final NDManager manager = Torch.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void sgdWithMomentumAndDecayEqualsTorchWhileTheRateChanges() {
        assertWeights(
                run(parameters -> new Sgd(parameters, new Sgd.Options(0.9, 5e-4, false))),
                0.456828296f,
                -1.06562912f,
                1.88657761f);
    }

    @Test
    void nesterovEqualsTorch() {
        assertWeights(
                run(parameters -> new Sgd(parameters, new Sgd.Options(0.9, 5e-4, true))),
                0.433075398f,
                -1.10992467f,
                1.84965515f);
    }

    @Test
    void plainSgdEqualsTorch() {
        assertWeights(
                run(parameters -> new Sgd(parameters, new Sgd.Options(0, 0, false))),
                0.472000033f,
                -1.051f,
                1.95200002f);
    }

    @Test
    void adamEqualsTorch() {
        assertWeights(
                run(parameters -> new Adam(parameters, Options.DEFAULT)), 0.42059499f, -0.980002701f, 1.80591631f);
    }

    @Test
    void adamWithDecayEqualsTorch() {
        assertWeights(
                run(parameters -> new Adam(parameters, new Options(0.8, 0.99, 1e-4, 0.01))),
                0.418797731f,
                -0.984199226f,
                1.80654883f);
    }

    @Test
    void adamResumesBitForBitFromItsSavedState(@TempDir Path directory) throws Exception {
        assertResumes(parameters -> new Adam(parameters, Options.DEFAULT), directory);
    }

    @Test
    void sgdResumesBitForBitFromItsSavedState(@TempDir Path directory) throws Exception {
        assertResumes(parameters -> new Sgd(parameters, new Sgd.Options(0.9, 5e-4, true)), directory);
    }

    @Test
    void clippingScalesAllGradientsToTheirCommonNorm() {
        // Given
        SortedMap<String, NDArray> parameters = parameters();
        backward(parameters, new float[] {3, 4, 12});

        // When
        double norm = Gradients.clip(parameters.values(), 2.0);

        // Then
        assertThat(norm).isCloseTo(13, within(1e-5));
        assertThat(Gradients.norm(parameters.values())).isCloseTo(2, within(1e-5));
    }

    @Test
    void clippingLeavesSmallGradientsAlone() {
        // Given
        SortedMap<String, NDArray> parameters = parameters();
        backward(parameters, new float[] {0.3f, 0.4f, 0f});

        // When
        Gradients.clip(parameters.values(), 2.0);

        // Then
        assertThat(Gradients.norm(parameters.values())).isCloseTo(0.5, within(1e-7));
    }

    @Test
    void zeroingClearsNotANumber() {
        // Given
        SortedMap<String, NDArray> parameters = parameters();
        backward(parameters, new float[] {Float.NaN, 1, 1});

        // When
        Gradients.zero(parameters.values());

        // Then
        backward(parameters, new float[] {3, 4, 0});
        assertThat(Gradients.norm(parameters.values())).isCloseTo(5, within(1e-6));
    }

    @Test
    void aConstantOfALossOutlivesGarbageCollection() {
        // Given
        SortedMap<String, NDArray> parameters = parameters();
        List<ByteBuffer> others = new ArrayList<>();

        // When
        Torch.backward(() -> {
            NDArray loss = parameters.get("w").mul(Torch.scalar(manager, 3)).sum();
            System.gc();
            for (int i = 0; i < 1000; i++) {
                others.add(ByteBuffer.allocateDirect(Float.BYTES).putFloat(0, 7));
            }
            return loss;
        });

        // Then
        assertThat(Gradients.norm(parameters.values())).isCloseTo(Math.sqrt(27), within(1e-6));
        assertThat(others).hasSize(1000);
    }

    private void assertResumes(Function<SortedMap<String, NDArray>, Optimizer> make, Path directory) throws Exception {
        // Given
        SortedMap<String, NDArray> straight = parameters();
        SortedMap<String, NDArray> broken = parameters();
        Path file = directory.resolve("moments.safetensors");
        try (Optimizer one = make.apply(straight);
                Optimizer first = make.apply(broken);
                Optimizer second = make.apply(broken)) {
            steps(straight, one, 0, GRADIENTS.length);
            steps(broken, first, 0, 2);
            TensorFile.write(file, first.state());

            // When
            second.restore(TensorFile.read(manager, file));
            steps(broken, second, 2, GRADIENTS.length);
        }

        // Then
        assertThat(broken.get("w").toFloatArray()).isEqualTo(straight.get("w").toFloatArray());
    }

    private float[] run(Function<SortedMap<String, NDArray>, Optimizer> make) {
        SortedMap<String, NDArray> parameters = parameters();
        try (Optimizer optimizer = make.apply(parameters)) {
            steps(parameters, optimizer, 0, GRADIENTS.length);
        }
        return parameters.get("w").toFloatArray();
    }

    private void steps(SortedMap<String, NDArray> parameters, Optimizer optimizer, int from, int to) {
        for (int step = from; step < to; step++) {
            Gradients.zero(parameters.values());
            backward(parameters, GRADIENTS[step]);
            optimizer.step(RATES[step]);
        }
    }

    private SortedMap<String, NDArray> parameters() {
        NDArray weights = manager.create(START.clone());
        weights.setRequiresGradient(true);
        return new TreeMap<>(java.util.Map.of("w", weights));
    }

    private void backward(SortedMap<String, NDArray> parameters, float[] gradient) {
        Torch.backward(() -> parameters.get("w").mul(manager.create(gradient)).sum());
    }

    private static void assertWeights(float[] actual, float... expected) {
        assertThat(actual).containsExactly(expected, within(2e-7f));
    }
}
