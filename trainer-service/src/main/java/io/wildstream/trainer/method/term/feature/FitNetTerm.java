// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.wildstream.contracts.v1.FitNetForm;
import io.wildstream.contracts.v1.FitNetLoss;
import io.wildstream.engine.torch.Torch;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LearnedTerm;
import io.wildstream.trainer.method.term.LinearMap;
import io.wildstream.trainer.method.term.Losses;
import io.wildstream.trainer.method.term.TermLoss;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hints on penultimate features: a learned linear regressor takes the student's to the teacher's.
 *
 * <pre>
 * mean       L = mean over samples and features of (W f_s + b - f_t)^2
 * half sum   L = mean over samples of |W f_s + b - f_t|^2 / 2
 *
 * W [D_t, D_s], b [D_t] learned by Adam
 * </pre>
 *
 * <p>Romero et al., "FitNets", ICLR 2015 (half sum); the mean is what later code bases use, with weight 100. Sum it with {@code ce}.
 */
public final class FitNetTerm implements LearnedTerm {

    private final NDManager manager = Torch.newManager();
    private final SortedMap<String, NDArray> parameters;
    private FitNetLoss spec;

    public FitNetTerm(FitNetLoss spec, int studentFeatures, int teacherFeatures, long seed) {
        this.spec = spec;
        this.parameters = new TreeMap<>(Map.of(
                "weight", LinearMap.weight(manager, "weight", teacherFeatures, studentFeatures, seed),
                "bias", LinearMap.bias(manager, "bias", teacherFeatures)));
    }

    @Override
    public TermLoss loss(Forward forward) {
        NDArray teacher = forward.teacher().features();
        if (teacher == null) {
            return TermLoss.nothing(forward);
        }
        NDArray mapped = LinearMap.apply(
                forward.comparedFeatures(), LinearMap.get(parameters, "weight"), LinearMap.get(parameters, "bias"));
        NDArray loss = spec.getForm() == FitNetForm.FIT_NET_FORM_HALF_SUM
                ? halfSum(mapped, teacher)
                : mapped.sub(teacher).square().mean();
        return TermLoss.of("fitnet", loss);
    }

    /** {@code mean of |a - b|^2 / 2} over rows, a scalar. */
    public static NDArray halfSum(NDArray mapped, NDArray teacher) {
        return Losses.times(
                mapped.sub(teacher).square().sum(), 0.5 / teacher.getShape().get(0));
    }

    @Override
    public boolean configure(io.wildstream.contracts.v1.LossTerm later) {
        spec = later.getFitnet();
        return true;
    }

    @Override
    public SortedMap<String, NDArray> parameters() {
        return parameters;
    }

    @Override
    public double learningRate() {
        return spec.getRegressorLearningRate();
    }

    @Override
    public void close() {
        manager.close();
    }
}
