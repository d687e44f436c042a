// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.experiment;

import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.v1.CrossEntropyLoss;
import io.wildstream.contracts.v1.DfndLoss;
import io.wildstream.contracts.v1.KdFnForm;
import io.wildstream.contracts.v1.KdFnLoss;
import io.wildstream.contracts.v1.KdLoss;
import io.wildstream.contracts.v1.LossTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Ready-made sums of loss terms under the names of their methods, with the defaults of the papers. */
final class Methods {

    /** What is a summand beside the labels' cross-entropy in its paper. */
    private static final Set<String> BESIDE_LABELS = Set.of("fitnet", "rkd", "sp", "cc", "pkt", "dkd", "dist");

    private static final LossTerm LABELS =
            LossTerm.newBuilder().setCe(CrossEntropyLoss.getDefaultInstance()).build();

    private static final double SOFT_TEMPERATURE = 20;

    private Methods() {}

    /** The sum for a term's name. */
    static List<LossTerm> of(String name) {
        LossTerm term = LossSpecs.named(name);
        if (term == null) {
            throw new IllegalArgumentException("no method " + name);
        }
        List<LossTerm> sum = new ArrayList<>();
        if (BESIDE_LABELS.contains(name)) {
            sum.add(LABELS);
        }
        sum.add(term);
        return sum;
    }

    /** How many generations of a student the method trains. */
    static int generations(String name) {
        return switch (name) {
            case "tf_kd_self" -> 2;
            case "ban" -> 3;
            default -> 1;
        };
    }

    /** The released code's form of feature-normalised distillation, with its clip of 2. */
    static List<LossTerm> kdFnCode() {
        return List.of(LossTerm.newBuilder()
                .setKdFn(KdFnLoss.newBuilder().setForm(KdFnForm.KD_FN_FORM_CODE))
                .build());
    }

    /** KD at temperature 20, as Yuan et al. 2020 (arXiv:1909.11723) set it for defective and reversed teachers. */
    static List<LossTerm> softKd(double alpha) {
        return List.of(LossTerm.newBuilder()
                .setKd(KdLoss.newBuilder().setTemperature(SOFT_TEMPERATURE).setAlpha(alpha))
                .build());
    }

    /** DFND without its matrix: plain cross-entropy to the pseudo-label. */
    static List<LossTerm> dfndWithoutQ() {
        return List.of(
                LossTerm.newBuilder()
                        .setDfnd(DfndLoss.newBuilder().setNoisyLabelWeight(0))
                        .build(),
                LABELS);
    }
}
