package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.torch.Adam;
import io.wildstream.engine.torch.Gradients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The weighted sum of a spec's loss terms; owns what they learn and Adam's moments for it. Belongs to the training thread. */
final class LossTerms implements AutoCloseable {

    /** A term at its place in the spec. */
    private record Summand(double weight, LossTerm term, Adam adam) {}

    private final int classes;
    private List<Summand> summands = new ArrayList<>();

    /** Terms with untrained parameters. */
    LossTerms(TrainingSpec spec, int classes) {
        this.classes = classes;
        configure(spec);
    }

    /** The one list of the losses that there are. */
    private static LossTerm create(io.wildstream.contracts.v1.LossTerm spec, int classes) {
        return switch (spec.getTermCase()) {
            case DFND -> new DfndTerm(spec, classes);
            case TERM_NOT_SET -> throw new IllegalArgumentException("a term names no loss");
        };
    }

    /** Takes the terms of a later spec; a term of the same kind at the same place keeps what it learned. */
    void configure(TrainingSpec spec) {
        List<Summand> later = new ArrayList<>();
        for (int i = 0; i < spec.getTermsCount(); i++) {
            io.wildstream.contracts.v1.LossTerm wanted = spec.getTerms(i);
            Summand old = i < summands.size() ? summands.get(i) : null;
            if (old != null && old.term.kind() == wanted.getTermCase()) {
                old.term.configure(wanted);
                later.add(new Summand(wanted.getWeight(), old.term, old.adam));
                continue;
            }
            if (old != null) {
                close(old);
            }
            LossTerm term = create(wanted, classes);
            later.add(new Summand(wanted.getWeight(), term, new Adam(term.parameters(), Adam.Options.DEFAULT)));
        }
        summands.stream().skip(spec.getTermsCount()).forEach(LossTerms::close);
        summands = later;
    }

    /** The weighted sum; tells {@code losses} the value of each part. */
    NDArray loss(Forward forward, Map<String, Double> losses) {
        NDArray total = null;
        for (Summand summand : summands) {
            NDArray value = summand.term.loss(
                    forward,
                    (name, part) -> losses.merge(
                            name,
                            summand.weight
                                    * part.toType(DataType.FLOAT64, false).getDouble(),
                            Double::sum));
            NDArray weighted = summand.weight == 1 ? value : value.mul(Scalars.of(value, summand.weight));
            total = total == null ? weighted : total.add(weighted);
        }
        if (total == null) {
            throw new IllegalStateException("a spec without terms");
        }
        return total;
    }

    /** Clears the gradients of what the terms learn. */
    void zeroGradients() {
        summands.forEach(summand -> Gradients.zero(summand.term.parameters().values()));
    }

    /** Moves what the terms learn, each at its own rate. */
    void update() {
        summands.forEach(summand -> {
            if (!summand.term.parameters().isEmpty()) {
                summand.adam.step(summand.term.learningRate());
            }
        });
    }

    /** All learned parameters and moments by a name that tells their place. */
    Map<String, NDArray> state() {
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (int i = 0; i < summands.size(); i++) {
            String prefix = "term." + i + ".";
            Summand summand = summands.get(i);
            summand.term.parameters().forEach((name, array) -> all.put(prefix + name, array));
            if (!summand.term.parameters().isEmpty()) {
                NDList moments = summand.adam.state();
                moments.forEach(array -> all.put(prefix + "adam." + array.getName(), array));
            }
        }
        return all;
    }

    /** The terms with their learned parameters, for a human's eye. */
    List<Map<String, Object>> describe() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Summand summand : summands) {
            Map<String, Object> term = new LinkedHashMap<>();
            term.put("term", summand.term.kind().name().toLowerCase(java.util.Locale.ROOT));
            term.put("weight", summand.weight);
            term.putAll(summand.term.describe());
            all.add(term);
        }
        return all;
    }

    @Override
    public void close() {
        summands.forEach(LossTerms::close);
    }

    private static void close(Summand summand) {
        summand.adam.close();
        summand.term.close();
    }
}
