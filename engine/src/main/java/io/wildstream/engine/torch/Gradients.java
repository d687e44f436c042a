// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What is done with the gradients of all parameters between a backward and an update. */
public final class Gradients {

    private Gradients() {}

    /** Sets every gradient to 0; do it before each {@link Torch#backward}, which adds. */
    public static void zero(Collection<NDArray> parameters) {
        parameters.forEach(parameter -> JniUtils.zeroGrad((PtNDArray) parameter));
    }

    /** L2 norm of all gradients together. */
    public static double norm(Collection<NDArray> parameters) {
        return Torch.scoped(() -> {
            double sum = 0;
            for (NDArray parameter : parameters) {
                PtNDArray gradient = gradient(parameter);
                if (gradient != null) {
                    double norm = gradient.norm().getFloat();
                    sum += norm * norm;
                }
            }
            return Math.sqrt(sum);
        });
    }

    /**
     * Scales all gradients so that their common L2 norm is at most {@code maxNorm}, as torch.nn.utils.clip_grad_norm_ does.
     *
     * @param maxNorm above 0
     * @return the norm before
     */
    public static double clip(Collection<NDArray> parameters, double maxNorm) {
        double norm = norm(parameters);
        float factor = (float) (maxNorm / (norm + 1e-6));
        if (factor < 1) {
            Torch.scoped(() -> {
                for (NDArray parameter : parameters) {
                    PtNDArray gradient = gradient(parameter);
                    if (gradient != null) {
                        gradient.muli(factor);
                    }
                }
                return true;
            });
        }
        return norm;
    }

    /** The parameter's gradient in place, or null before the first backward. */
    public static @Nullable PtNDArray gradient(NDArray parameter) {
        return JniUtils.getGradient((PtNDArray) parameter);
    }
}
