// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.TensorFile;
import io.wildstream.engine.torch.Torch;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import io.wildstream.engine.torch.training.Sgd;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java writes, Python's torch reads, and the other way round. */
@Tag("slow")
class PythonInteroperationTest {

    private static final int COUNT = 8;

    /** Loads an exported student and compares weights and outputs with what Java wrote; prints the largest differences. */
    private static final String CHECK = """
            import json, struct, sys, torch
            torch.set_num_threads(1)
            def read(path):
                data = open(path, "rb").read()
                size = struct.unpack("<Q", data[:8])[0]
                types = {"F32": torch.float32, "I64": torch.int64}
                arrays = {}
                for name, entry in json.loads(data[8:8 + size]).items():
                    start, end = entry["data_offsets"]
                    flat = torch.frombuffer(bytearray(data[8 + size + start:8 + size + end]), dtype=types[entry["dtype"]])
                    arrays[name] = flat.reshape(entry["shape"])
                return arrays
            module = torch.jit.load(sys.argv[1])
            expected = read(sys.argv[2])
            state = module.state_dict()
            weights = {k: v for k, v in expected.items() if k not in ("images", "logits", "features")}
            assert set(weights) == set(state), set(weights) ^ set(state)
            assert all(torch.equal(state[k], v) for k, v in weights.items())
            assert not module.training
            with torch.no_grad():
                logits, features = module(expected["images"])
            print((logits - expected["logits"]).abs().max().item(), (features - expected["features"]).abs().max().item())
            """;

    /** Exports one small network of each kind that people have. */
    private static final String EXPORT_KINDS = """
            import sys, pathlib, torch, export, test_networks
            from wildstream_export.cutting import Choices
            torch.manual_seed(1)
            labels = [str(label) for label in range(test_networks.CLASSES)]
            for name, (make, choices) in test_networks.KINDS.items():
                description = export.describe(name, test_networks.SHAPE, labels, [0.5] * 3, [0.5] * 3)
                export.write(pathlib.Path(sys.argv[1]) / name, make(), description, Choices(**choices))
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void needsPython() {
        Python.assumePresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5-1x28-10", "resnet8-3x32-10"})
    void aTrainedStudentIsReadBitForBit(String name) throws Exception {
        // Given
        Path module = directory.resolve("student.pt");
        Path expected = directory.resolve("expected.safetensors");
        try (TrainableModel model = TrainableModel.load(TestModels.directory(name), 11);
                CrossEntropyTrainer trainer = new CrossEntropyTrainer(model, new Sgd.Options(0.9, 5e-4, false));
                NDManager manager = Torch.newManager()) {
            FloatBuffer pixels = noise(COUNT * model.description().image().values());
            int[] labels = IntStream.range(0, COUNT).toArray();
            for (int step = 0; step < 3; step++) {
                trainer.step(pixels, labels, 0.01);
            }
            model.exportTorchScript(module);
            TensorFile.write(expected, expectation(model, pixels, manager));
        }

        // When
        Python.Result result = Python.run(directory, "-c", CHECK, module.toString(), expected.toString());

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
        for (String difference : result.output().strip().split(" ")) {
            assertThat(Double.parseDouble(difference)).isCloseTo(0, within(1e-5));
        }
    }

    @Test
    void theExportScriptPassesItsOwnTests() {
        // When
        Python.Result result =
                Python.run(TestModels.root(), "-m", "unittest", "-q", "test_export", "test_preprocessing");

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void anExportedModuleOfTheUsersIsLoaded() throws Exception {
        // Given
        Files.writeString(directory.resolve("user.py"), """
                from torch import nn
                def make(width=8):
                    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(),
                                         nn.Linear(4 * 36, width), nn.ReLU(), nn.Dropout(0.5), nn.Linear(width, 3))
                """);
        Path script = TestModels.root().toAbsolutePath().resolve("export.py");

        // When
        Python.Result result = Python.run(
                directory,
                script.toString(),
                "--module",
                "user:make",
                "--arguments",
                "width=6",
                "--input",
                "1,8,8",
                "--classes",
                "a,b,c",
                "--mean",
                "0.3",
                "--std",
                "0.2",
                "--accuracy",
                "0.5",
                "--output",
                "made");

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
        try (InferenceModel model = InferenceModel.load(directory.resolve("made"));
                TrainableModel student = TrainableModel.load(directory.resolve("made"), 1)) {
            assertThat(model.description().featureSize()).isEqualTo(6);
            assertThat(model.description().classes()).containsExactly("a", "b", "c");
            assertThat(model.description().accuracy()).isEqualTo(0.5);
            assertThat(model.description().classifierBias()).hasSize(3);
            assertThat(model.infer(noise(64), 1).logits()).hasSize(3);
            assertThat(student.buffers()).hasSize(3);
        }
    }

    @Test
    void theKindsOfNetworksThatPeopleHaveAreLoaded() throws Exception {
        // When
        Python.Result result = Python.run(TestModels.root(), "-c", EXPORT_KINDS, directory.toString());

        // Then
        assertThat(result.exitCode()).as(result.output()).isZero();
        try (Stream<Path> made = Files.list(directory)) {
            List<Path> models = made.sorted().toList();
            assertThat(models).hasSizeGreaterThan(10);
            for (Path path : models) {
                try (InferenceModel model = InferenceModel.load(path)) {
                    InferenceModel.Outputs outputs = model.infer(noise(2 * 3 * 8 * 8), 2);
                    assertThat(outputs.logits()).as("%s", path).hasSize(2 * 5);
                }
            }
        }
        assertThatThrownBy(() -> TrainableModel.load(directory.resolve("lambdas")))
                .as("a trace is frozen in evaluation mode")
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("wildstream_buffers");
    }

    private static NDList expectation(TrainableModel model, FloatBuffer pixels, NDManager manager) {
        NDList arrays = new NDList(model.state());
        NDArray images = Torch.tensor(
                manager,
                pixels,
                new Shape(
                        COUNT,
                        model.description().image().channels(),
                        model.description().image().height(),
                        model.description().image().width()));
        try (InferenceModel snapshot = model.snapshot()) {
            InferenceModel.Outputs outputs = snapshot.infer(pixels, COUNT);
            NDArray logits = manager.create(outputs.logits(), new Shape(COUNT, outputs.classes()));
            NDArray features = manager.create(outputs.features(), new Shape(COUNT, outputs.featureSize()));
            images.setName("images");
            logits.setName("logits");
            features.setName("features");
            arrays.addAll(new NDList(images, logits, features));
        }
        return arrays;
    }

    private static FloatBuffer noise(int values) {
        Random random = new Random(2);
        FloatBuffer pixels = FloatBuffer.allocate(values);
        while (pixels.hasRemaining()) {
            pixels.put((float) random.nextGaussian());
        }
        return pixels.flip();
    }
}
