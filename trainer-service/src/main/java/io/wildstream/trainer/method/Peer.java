// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import io.wildstream.contracts.v1.LossTerm;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.torch.Gradients;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.training.Sgd;
import io.wildstream.trainer.curriculum.Draws;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The network that learns beside a student, by the same optimizer from other initial weights. Belongs to the training thread. */
final class Peer implements AutoCloseable {

    private static final long STREAM = 0x9EE7;

    private final TrainableModel network;
    private Sgd sgd;

    Peer(Path modelDirectory, TrainingSpec spec) {
        this.network = TrainableModel.load(modelDirectory, seed(spec));
        this.sgd = new Sgd(network.parameters(), SgdOptions.of(spec));
    }

    private static long seed(TrainingSpec spec) {
        return spec.getTermsList().stream()
                .filter(LossTerm::hasDml)
                .mapToLong(term -> term.getDml().getPeerSeed())
                .filter(seed -> seed != 0)
                .findFirst()
                .orElse(Draws.mix(spec.getSeed(), STREAM));
    }

    /** Its logits [B, K], with gradient. */
    NDArray logits(NDArray images) {
        return network.forward(images).get(0);
    }

    void zeroGradients() {
        Gradients.zero(network.parameters().values());
    }

    void clip(TrainingSpec spec) {
        if (spec.getSgd().getMaxGradientNorm() > 0) {
            Gradients.clip(network.parameters().values(), spec.getSgd().getMaxGradientNorm());
        }
    }

    void update(double learningRate) {
        sgd.step(learningRate);
    }

    void configure(TrainingSpec later) {
        sgd = SgdOptions.successor(sgd, network, later);
    }

    /** All that a later process needs to continue, in place. */
    Map<String, NDArray> state() {
        Map<String, NDArray> all = new LinkedHashMap<>();
        network.weights().forEach((name, array) -> all.put("peer." + name, array));
        sgd.state().forEach(array -> all.put("peer_sgd." + array.getName(), array));
        return all;
    }

    @Override
    public void close() {
        sgd.close();
        network.close();
    }
}
