// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.wildstream.contracts.v1.CcForm;
import io.wildstream.contracts.v1.CcLoss;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LearnedTerm;
import io.wildstream.trainer.method.term.LinearMap;
import io.wildstream.trainer.method.term.TermLoss;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Correlation congruence as RepDistiller computes it: learned embeddings of both features, and products of their differences.
 *
 * <pre>
 * L = mean over i &lt; B of sum over d of |delta_i| |delta_(i+1)|      delta = (W_s f_s + b_s) - (W_t f_t + b_t), 128 values
 * </pre>
 *
 * <p>https://github.com/HobbitLong/RepDistiller, for Peng et al., ICCV 2019. It depends on the order of a minibatch. Sum it with
 * {@code ce}.
 */
public final class CcEmbeddingTerm implements LearnedTerm {

    private static final int EMBEDDING = 128;
    private static final int[] COLUMNS = {1};

    private final NDManager manager = Torch.newManager();
    private final SortedMap<String, NDArray> parameters;
    private CcLoss spec;

    public CcEmbeddingTerm(CcLoss spec, int studentFeatures, int teacherFeatures, long seed) {
        this.spec = spec;
        this.parameters = new TreeMap<>(Map.of(
                "student.weight", LinearMap.weight(manager, "student.weight", EMBEDDING, studentFeatures, seed),
                "student.bias", LinearMap.bias(manager, "student.bias", EMBEDDING),
                "teacher.weight", LinearMap.weight(manager, "teacher.weight", EMBEDDING, teacherFeatures, seed),
                "teacher.bias", LinearMap.bias(manager, "teacher.bias", EMBEDDING)));
    }

    @Override
    public TermLoss loss(Forward forward) {
        NDArray teacher = forward.teacher().features();
        if (teacher == null || teacher.getShape().get(0) < 2) {
            return TermLoss.nothing(forward);
        }
        NDArray loss = neighbours(embedded("student", forward.comparedFeatures()), embedded("teacher", teacher));
        return TermLoss.of("cc", loss);
    }

    private NDArray embedded(String side, NDArray features) {
        return LinearMap.apply(
                features, LinearMap.get(parameters, side + ".weight"), LinearMap.get(parameters, side + ".bias"));
    }

    /** The loss of embeddings [B, E], a scalar. */
    public static NDArray neighbours(NDArray student, NDArray teacher) {
        NDArray delta = student.sub(teacher).abs();
        long size = delta.getShape().get(0);
        NDArray before = delta.get(new NDIndex("0:" + (size - 1)));
        NDArray after = delta.get(new NDIndex("1:" + size));
        return before.mul(after).sum(COLUMNS).mean();
    }

    @Override
    public boolean configure(io.wildstream.contracts.v1.LossTerm later) {
        spec = later.getCc();
        return spec.getForm() == CcForm.CC_FORM_EMBEDDING;
    }

    @Override
    public SortedMap<String, NDArray> parameters() {
        return parameters;
    }

    @Override
    public double learningRate() {
        return spec.getEmbeddingLearningRate();
    }

    @Override
    public void close() {
        manager.close();
    }
}
