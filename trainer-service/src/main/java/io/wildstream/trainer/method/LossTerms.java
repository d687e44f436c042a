// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.wildstream.contracts.LossSpecs;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.torch.Gradients;
import io.wildstream.engine.torch.training.Adam;
import io.wildstream.trainer.curriculum.Draws;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.LearnedTerm;
import io.wildstream.trainer.method.term.LossTerm;
import io.wildstream.trainer.method.term.Scalars;
import io.wildstream.trainer.method.term.TermLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The weighted sum of a spec's loss terms; owns what they learn and Adam's moments for it. Belongs to the training thread. */
final class LossTerms implements AutoCloseable {

    /** A term at its place in the spec. */
    private record Summand(
            TermCase kind,
            double weight,
            LossTerm term,
            @Nullable Adam adam) {

        Map<String, NDArray> parameters() {
            return term instanceof LearnedTerm learned ? learned.parameters() : Map.of();
        }
    }

    private final ModelDescription student;
    private List<Summand> summands = new ArrayList<>();

    /** Terms with untrained parameters. */
    LossTerms(TrainingSpec spec, ModelDescription student) {
        this.student = student;
        configure(spec);
    }

    /** Takes the terms of a later spec; a term of the same kind at the same place keeps what it learned. */
    void configure(TrainingSpec spec) {
        List<Summand> later = new ArrayList<>();
        for (int i = 0; i < spec.getTermsCount(); i++) {
            Summand old = i < summands.size() ? summands.get(i) : null;
            later.add(successor(old, spec, i));
        }
        summands.stream().skip(spec.getTermsCount()).forEach(LossTerms::close);
        summands = later;
    }

    private Summand successor(@Nullable Summand old, TrainingSpec spec, int place) {
        io.wildstream.contracts.v1.LossTerm wanted = spec.getTerms(place);
        if (old != null
                && old.kind == wanted.getTermCase()
                && old.term instanceof LearnedTerm learned
                && learned.configure(wanted)) {
            return new Summand(old.kind, wanted.getWeight(), learned, old.adam);
        }
        if (old != null) {
            close(old);
        }
        LossTerm term = Terms.create(
                wanted,
                new Terms.Sizes(
                        student.classCount(),
                        student.featureSize(),
                        spec.getTeacherFeatureSize(),
                        Draws.mix(spec.getSeed(), place)));
        Adam adam = term instanceof LearnedTerm learned ? new Adam(learned.parameters(), Adam.Options.DEFAULT) : null;
        return new Summand(wanted.getTermCase(), wanted.getWeight(), term, adam);
    }

    /**
     * A spec's loss on one minibatch.
     *
     * @param total the weighted sum, a scalar with gradient
     * @param parts the weighted value of each part by name
     */
    record WeightedLoss(NDArray total, Map<String, Double> parts) {}

    /** The weighted sum of all terms. */
    WeightedLoss loss(Forward forward) {
        Map<String, Double> parts = new LinkedHashMap<>();
        NDArray total = null;
        for (Summand summand : summands) {
            TermLoss loss = summand.term.loss(forward);
            loss.parts().forEach((name, part) -> parts.merge(name, summand.weight * number(part), Double::sum));
            NDArray value = loss.value();
            NDArray weighted = summand.weight == 1 ? value : value.mul(Scalars.of(value, summand.weight));
            total = total == null ? weighted : total.add(weighted);
        }
        if (total == null) {
            throw new IllegalStateException("a spec must have at least one loss term");
        }
        return new WeightedLoss(total, parts);
    }

    private static double number(NDArray scalar) {
        return scalar.toType(DataType.FLOAT64, false).getDouble();
    }

    /** Clears the gradients of what the terms learn. */
    void zeroGradients() {
        summands.forEach(summand -> Gradients.zero(summand.parameters().values()));
    }

    /** Moves what the terms learn, each at its own rate. */
    void update() {
        for (Summand summand : summands) {
            if (summand.term instanceof LearnedTerm learned && summand.adam != null) {
                summand.adam.step(learned.learningRate());
            }
        }
    }

    /** All learned parameters and moments by a name that says at which place. */
    Map<String, NDArray> state() {
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (int i = 0; i < summands.size(); i++) {
            String prefix = "term." + i + ".";
            Summand summand = summands.get(i);
            new TreeMap<>(summand.parameters()).forEach((name, array) -> all.put(prefix + name, array));
            NDList moments = summand.adam == null ? new NDList() : summand.adam.state();
            moments.forEach(array -> all.put(prefix + "adam." + array.getName(), array));
        }
        return all;
    }

    /** The terms with their learned parameters, to be read by people. */
    List<Map<String, Object>> describe() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Summand summand : summands) {
            Map<String, Object> term = new LinkedHashMap<>();
            term.put("term", LossSpecs.name(summand.kind));
            term.put("weight", summand.weight);
            if (summand.term instanceof LearnedTerm learned) {
                term.putAll(learned.describe());
            }
            all.add(term);
        }
        return all;
    }

    /** The noise adaptation matrix of the first term that learns one, row by row; empty for none. */
    List<List<Float>> noiseMatrix() {
        return summands.stream()
                .map(summand ->
                        summand.term instanceof LearnedTerm learned ? learned.noiseMatrix() : List.<List<Float>>of())
                .filter(matrix -> !matrix.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    @Override
    public void close() {
        summands.forEach(LossTerms::close);
    }

    private static void close(Summand summand) {
        if (summand.adam != null) {
            summand.adam.close();
        }
        if (summand.term instanceof LearnedTerm learned) {
            learned.close();
        }
    }
}
