// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.training.Sgd;

/** A spec's words for the optimizer of a network. */
final class SgdOptions {

    private SgdOptions() {}

    static Sgd.Options of(TrainingSpec spec) {
        return new Sgd.Options(
                spec.getSgd().getMomentum(),
                spec.getSgd().getWeightDecay(),
                spec.getSgd().getNesterov());
    }

    /** An optimizer by a later spec with the momentum of the one before, which is closed. */
    static Sgd successor(Sgd before, TrainableModel network, TrainingSpec later) {
        Sgd sgd = new Sgd(network.parameters(), of(later));
        sgd.restore(before.state());
        before.close();
        return sgd;
    }
}
