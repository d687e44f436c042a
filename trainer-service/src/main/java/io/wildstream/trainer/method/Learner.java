// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.wildstream.contracts.TrainingSpecs;
import io.wildstream.contracts.v1.LossTerm.TermCase;
import io.wildstream.contracts.v1.TeacherInput;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.torch.Gradients;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.Torch;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.training.Sgd;
import io.wildstream.trainer.curriculum.Draws;
import io.wildstream.trainer.method.term.Forward;
import io.wildstream.trainer.method.term.Losses;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A student that learns: the network, its loss terms and their optimizers. A step is a pure function of the state before it, the
 * minibatch, the spec and the step's number: nothing of a random generator outlives a step.
 *
 * <p>Belongs to one thread; it knows no log, no offset and no file but its own state.
 */
public final class Learner implements AutoCloseable {

    private final Path modelDirectory;
    private final TrainableModel student;
    private final LossTerms terms;
    private Sgd sgd;
    private TrainingSpec spec;
    private boolean comparesFeatures;
    private @Nullable PreviousGeneration previous;
    private @Nullable Peer peer;

    /**
     * A student with fresh weights from the spec's seed.
     *
     * @param spec with defaults filled in and valid
     * @throws ModelException when the model cannot be loaded
     */
    public Learner(Path modelDirectory, TrainingSpec spec) {
        this.modelDirectory = modelDirectory;
        this.student = TrainableModel.load(modelDirectory, spec.getSeed());
        this.spec = spec;
        this.terms = new LossTerms(spec, student.description());
        this.sgd = new Sgd(student.parameters(), SgdOptions.of(spec));
        updateAuxiliaryNetworks();
        comparesFeatures = comparesFeatures(spec);
    }

    /**
     * Takes over the weights and buffers of a trained model.
     *
     * @throws ModelException when it is of another architecture
     */
    public void beginWith(Path trainedModel) {
        try (TrainableModel trained = TrainableModel.load(trainedModel)) {
            student.restore(trained.state());
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    trainedModel + " is not of the architecture " + modelDirectory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Learns from a minibatch.
     *
     * @throws DivergedException when the loss is NaN or infinite; the weights are those before the step
     */
    public StepResult step(Minibatch minibatch, long step) {
        double learningRate = prepare(step);
        StepResult result;
        try (Torch.Graph graph = new Torch.Graph()) {
            Forward forward = forward(minibatch, step);
            int agreed = agreement(forward.logits(), minibatch); // scored before it is learned
            LossTerms.WeightedLoss loss = terms.loss(forward);
            double total = Torch.backward(loss.total());
            result = StepResult.of(minibatch.size(), agreed, loss.parts(), total, learningRate);
        }
        requireFinite(result.total(), step, learningRate);
        clip();
        update(learningRate);
        return result;
    }

    /**
     * Learns the classes of images by cross-entropy; what the spec's terms learn and the second network stay.
     *
     * @param pixels B*C*H*W normalised values from the buffer's position on
     * @param labels B classes in [0, K)
     * @throws DivergedException as {@link #step}
     */
    public StepResult rehearse(FloatBuffer pixels, int[] labels, long step) {
        double learningRate = prepare(step);
        double total;
        try (Torch.Graph graph = new Torch.Graph()) {
            NDArray target = indicators(labels);
            NDArray logits = student.forward(images(pixels, labels.length)).get(0);
            total = Torch.backward(Losses.crossEntropy(target, logits));
        }
        requireFinite(total, step, learningRate);
        clipStudent();
        sgd.step(learningRate);
        return StepResult.ofCondensed(labels.length, total, learningRate);
    }

    /** Begins a generation when one is due, seeds the step, clears the gradients and gives the step's learning rate. */
    private double prepare(long step) {
        beginGeneration(step);
        Torch.seed(Draws.mix(spec.getSeed(), step));
        Gradients.zero(student.parameters().values());
        terms.zeroGradients();
        if (peer != null) {
            peer.zeroGradients();
        }
        return LearningRate.at(spec, step);
    }

    private static void requireFinite(double total, long step, double learningRate) {
        if (!Double.isFinite(total)) {
            throw new DivergedException(step, total, learningRate);
        }
    }

    /** Bounds the gradients of the student, and of the network that learns beside it, each by its own norm. */
    private void clip() {
        clipStudent();
        if (peer != null) {
            peer.clip(spec);
        }
    }

    private void clipStudent() {
        if (spec.getSgd().getMaxGradientNorm() > 0) {
            Gradients.clip(student.parameters().values(), spec.getSgd().getMaxGradientNorm());
        }
    }

    private void update(double learningRate) {
        sgd.step(learningRate);
        terms.update();
        if (peer != null) {
            peer.update(learningRate);
        }
    }

    /** Copies the student into the previous generation when that is due, and gives it fresh weights where the method wants that. */
    private void beginGeneration(long step) {
        Generations generations = Generations.of(spec);
        long due = generations.copies(step);
        if (previous != null && previous.copyIfDue(student, due) && generations.restarts()) {
            student.initialise(Draws.mix(spec.getSeed(), due));
            sgd.close();
            sgd = new Sgd(student.parameters(), SgdOptions.of(spec));
        }
    }

    private Forward forward(Minibatch minibatch, long step) {
        NDArray images = images(minibatch.pixels(), minibatch.size());
        NDList outputs = student.forward(images);
        return new Forward(
                new Forward.Outputs(outputs.get(0), outputs.get(1)),
                indicators(minibatch.labels()),
                TeacherArrays.of(
                        student.manager(),
                        minibatch,
                        student.description().classCount(),
                        comparesFeatures,
                        spec.getTeacherFeatureSize()),
                previous == null ? null : previous.logits(images),
                peer == null ? null : peer.logits(images),
                student.classifierBiasParameter(),
                spec.getMaxSteps() == 0 ? 1 : Math.min(1, (double) step / spec.getMaxSteps()),
                step);
    }

    private NDArray images(FloatBuffer pixels, int size) {
        return Torch.batch(
                student.manager(), pixels, size, student.description().input());
    }

    private NDArray indicators(int[] labels) {
        int classes = student.description().classCount();
        float[] indicators = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            indicators[i * classes + labels[i]] = 1;
        }
        return TeacherArrays.array(student.manager(), indicators, labels.length, classes);
    }

    private static int agreement(NDArray logits, Minibatch minibatch) {
        float[] values = logits.toFloatArray();
        int classes = values.length / minibatch.size();
        int agreed = 0;
        for (int i = 0; i < minibatch.size(); i++) {
            int best = i * classes;
            for (int j = best + 1; j < (i + 1) * classes; j++) {
                best = values[j] > values[best] ? j : best;
            }
            agreed += best - i * classes == minibatch.pseudoLabels()[i] ? 1 : 0;
        }
        return agreed;
    }

    /** Takes a later spec, valid and with defaults filled in; weights, moments and what terms learned stay. */
    public void configure(TrainingSpec later) {
        spec = later;
        terms.configure(later);
        sgd = SgdOptions.successor(sgd, student, later);
        if (peer != null) {
            peer.configure(later);
        }
        updateAuxiliaryNetworks();
        comparesFeatures = comparesFeatures(later);
    }

    private static boolean comparesFeatures(TrainingSpec spec) {
        return TrainingSpecs.input(spec) == TeacherInput.TEACHER_INPUT_FEATURES;
    }

    /** The other networks that the spec's terms ask for. */
    private void updateAuxiliaryNetworks() {
        TermCase wanted = Generations.method(spec);
        if (previous != null && previous.method() != wanted) {
            previous.close();
            previous = null;
        }
        if (previous == null && wanted != TermCase.TERM_NOT_SET) {
            previous = new PreviousGeneration(modelDirectory, wanted);
        }
        boolean needsPeer = spec.getTermsList().stream().anyMatch(Terms::needsPeer);
        if (needsPeer && peer == null) {
            peer = new Peer(modelDirectory, spec);
        } else if (!needsPeer && peer != null) {
            peer.close();
            peer = null;
        }
    }

    /** The rate of the step that comes next. */
    public double learningRate(long step) {
        return LearningRate.at(spec, step);
    }

    /** What the student's model directory says of it. */
    public ModelDescription description() {
        return student.description();
    }

    /** Bias of the last linear layer, K values; empty when it has none. */
    public List<Double> classifierBias() {
        return student.classifierBias();
    }

    /** SHA-256 over the names and values of the student's weights and buffers. */
    public String weightsSha256() {
        return student.weightsSha256();
    }

    /** A frozen copy of the student, for evaluation on any thread; the caller closes it. */
    public InferenceModel snapshot() {
        return student.snapshot();
    }

    /** Writes the student as TorchScript. */
    public void exportTorchScript(Path file) throws java.io.IOException {
        student.exportTorchScript(file);
    }

    /** The learned parameters of the loss terms, to be read by people. */
    public List<Map<String, Object>> describeTerms() {
        return terms.describe();
    }

    /** The noise adaptation matrix Q, row by row; empty when no term learns one. */
    public List<List<Float>> noiseMatrix() {
        return terms.noiseMatrix();
    }

    /** Writes all that the next steps depend on: weights, buffers, learned parameters, moments. */
    public void save(Path file) throws java.io.IOException {
        LearnerFile.write(file, all());
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws java.io.IOException when the file is unreadable or of another student
     */
    public void restore(Path file) throws java.io.IOException {
        LearnerFile.read(file, all());
    }

    private Map<String, NDArray> all() {
        Map<String, NDArray> all = new LinkedHashMap<>();
        student.weights().forEach((name, array) -> all.put("student." + name, array));
        sgd.state().forEach(array -> all.put("sgd." + array.getName(), array));
        all.putAll(terms.state());
        if (previous != null) {
            all.putAll(previous.state());
        }
        if (peer != null) {
            all.putAll(peer.state());
        }
        return all;
    }

    /** Frees all native memory. */
    @Override
    public void close() {
        if (peer != null) {
            peer.close();
        }
        if (previous != null) {
            previous.close();
        }
        sgd.close();
        terms.close();
        student.close();
    }
}
