// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method.term;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.wildstream.engine.torch.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@link DfndLoss} with its learned matrix Q. Parts: {@code dfnd.kd} and {@code dfnd.noisy_label}, with their weights. */
public final class DfndTerm implements LearnedTerm {

    private static final String RAW = "q_raw";

    private final NDManager manager = Torch.newManager();
    private final int classes;
    private final NDArray raw;
    private io.wildstream.contracts.v1.DfndLoss spec;
    private NDArray diagonal;

    public DfndTerm(io.wildstream.contracts.v1.LossTerm spec, int classes) {
        this.classes = classes;
        this.spec = spec.getDfnd();
        this.diagonal = diagonal();
        this.raw = manager.zeros(new Shape(classes, classes - 1));
        raw.setName(RAW);
        raw.setRequiresGradient(true);
    }

    @Override
    public boolean configure(io.wildstream.contracts.v1.LossTerm later) {
        spec = later.getDfnd();
        diagonal.close();
        diagonal = diagonal();
        return true;
    }

    @Override
    public TermLoss loss(Forward forward) {
        NDArray logits = forward.logits();
        NDArray kd = Losses.times(
                DfndLoss.distillation(
                        logits, forward.teacher().logits(), spec.getTemperature(), spec.getInBatchRatio()),
                spec.getKdWeight());
        NDArray noisyLabel = Losses.times(
                DfndLoss.noisyLabel(logits, DfndLoss.q(raw, diagonal), forward.labels()), spec.getNoisyLabelWeight());
        return TermLoss.of(kd.add(noisyLabel), "dfnd.kd", kd, "dfnd.noisy_label", noisyLabel);
    }

    @Override
    public SortedMap<String, NDArray> parameters() {
        return new TreeMap<>(Map.of(RAW, raw));
    }

    @Override
    public double learningRate() {
        return spec.getQLearningRate();
    }

    @Override
    public Map<String, Object> describe() {
        return Map.of("q", noiseMatrix());
    }

    @Override
    public List<List<Float>> noiseMatrix() {
        float[] values = Torch.scoped(() -> DfndLoss.q(raw, diagonal).toFloatArray());
        List<List<Float>> rows = new ArrayList<>();
        for (int row = 0; row < classes; row++) {
            List<Float> columns = new ArrayList<>();
            for (int column = 0; column < classes; column++) {
                columns.add(values[row * classes + column]);
            }
            rows.add(columns);
        }
        return rows;
    }

    @Override
    public void close() {
        manager.close();
    }

    private NDArray diagonal() {
        List<Double> given = spec.getQDiagonalList();
        List<Double> all = given.size() == 1 ? Collections.nCopies(classes, given.get(0)) : given;
        float[] values = new float[classes];
        for (int i = 0; i < classes; i++) {
            values[i] = all.get(i).floatValue();
        }
        return manager.create(values, new Shape(classes, 1));
    }
}
