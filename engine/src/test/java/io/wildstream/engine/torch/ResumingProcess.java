// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDManager;
import io.wildstream.engine.TestModels;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Goes on with a training in a process of its own and writes the digest of the weights that it reaches. */
final class ResumingProcess {

    private ResumingProcess() {}

    /** Arguments: model name, directory of the saved state, first step, end. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        try (TrainableModel model = TrainableModel.load(TestModels.directory(arguments[0]), 99);
                CrossEntropyTrainer trainer = TrainableModelTest.trainer(model);
                NDManager manager = Torch.newManager()) {
            model.restore(TensorFile.read(manager, directory.resolve("weights")));
            trainer.optimizer().restore(TensorFile.read(manager, directory.resolve("moments")));
            TrainableModelTest.steps(model, trainer, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            Files.writeString(directory.resolve("digest"), model.weightsSha256());
        }
    }

    /** Runs {@link #main} in a new Java process and gives the digest. */
    static String run(String model, Path directory, int from, int to) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dtest.models=" + TestModels.root().toAbsolutePath(),
                ResumingProcess.class.getName(),
                model,
                directory.toString(),
                Integer.toString(from),
                Integer.toString(to));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("The other process failed: " + output);
        }
        return Files.readString(directory.resolve("digest"));
    }
}
