// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.engine.torch.Torch;
import io.wildstream.engine.torch.TrainableModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A frozen copy that was taken of the student earlier and now teaches it. Belongs to the training thread. */
final class PreviousGeneration implements AutoCloseable {

    private static final String COPIES = "copies";

    private final NDManager manager = Torch.newManager();
    private final TermCase method;
    private final TrainableModel network;
    /** How often it was copied, int64 [1], so that it is saved with the weights. */
    private final NDArray copies = manager.zeros(new Shape(1), DataType.INT64);

    /** One that was not copied yet, for a method. */
    PreviousGeneration(Path modelDirectory, TermCase method) {
        this.method = method;
        this.network = TrainableModel.load(modelDirectory);
        copies.setName(COPIES);
    }

    TermCase method() {
        return method;
    }

    /** Copies the student when a copy is due; true when it did. */
    boolean copyIfDue(TrainableModel student, long due) {
        if (copies.getLong(0) >= due) {
            return false;
        }
        network.restore(student.state());
        copies.set(new long[] {due});
        return true;
    }

    /** Its logits [B, K] as constants; null before the first copy. */
    @Nullable NDArray logits(NDArray images) {
        return copies.getLong(0) == 0 ? null : network.infer(images).get(0);
    }

    /** All that a later process needs to continue, in place. */
    Map<String, NDArray> state() {
        SortedMap<String, NDArray> all = new TreeMap<>();
        network.weights().forEach((name, array) -> all.put("self." + name, array));
        all.put("self_" + COPIES, copies);
        return all;
    }

    @Override
    public void close() {
        network.close();
        manager.close();
    }
}
