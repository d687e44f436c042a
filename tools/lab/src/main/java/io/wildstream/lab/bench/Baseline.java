// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.bench;

import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.pixels.InvalidSampleException;
import io.wildstream.engine.pixels.SampleDecoder;
import io.wildstream.engine.torch.InferenceModel;
import io.wildstream.engine.torch.TrainableModel;
import io.wildstream.engine.torch.training.CrossEntropyTrainer;
import io.wildstream.engine.torch.training.Sgd;
import io.wildstream.lab.data.mixture.WildMixture;
import io.wildstream.selection.InMemoryRuleState;
import io.wildstream.selection.ScoredOutput;
import io.wildstream.selection.Selection;
import io.wildstream.selection.SelectionDecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The work of a cluster in one thread of one process, without Kafka, messages or checkpoints: decode, teacher, selection by the
 * selector's own rule, student.
 *
 * <p>The student's loss is the cross-entropy with the pseudo-labels: forward, backward and update are those of the DFND loss, whose two
 * terms on K logits are not.
 */
final class Baseline {

    /**
     * What is done.
     *
     * @param teacher model directory
     * @param student untrained model directory
     * @param curriculum name of the curriculum whose rule selects
     * @param policy of that curriculum
     * @param batch samples of a forward and of a step
     * @param steps steps of the student
     * @param learningRate of each step
     */
    record Work(
            Path teacher,
            Path student,
            String curriculum,
            SelectionPolicy policy,
            int batch,
            long steps,
            double learningRate) {}

    /**
     * What came of it.
     *
     * @param kept selected samples
     * @param steps steps made
     * @param stageSeconds processor seconds of the thread by stage
     */
    record Result(int kept, long steps, Map<String, Double> stageSeconds) {}

    private record Kept(Sample sample, int label) {}

    private final Work work;
    private final WildMixture mixture;
    private final StageClock clock = new StageClock();
    private final List<Kept> kept = new ArrayList<>();

    private Baseline(Work work, WildMixture mixture) {
        this.work = work;
        this.mixture = mixture;
    }

    static Result run(Work work, WildMixture mixture) {
        Baseline baseline = new Baseline(work, mixture);
        try {
            baseline.select();
            long steps = baseline.learn();
            return new Result(baseline.kept.size(), steps, baseline.clock.seconds());
        } catch (InvalidSampleException e) {
            throw new ClusterException("a sample cannot be decoded: " + e.getMessage(), e);
        }
    }

    private void select() throws InvalidSampleException {
        try (InferenceModel teacher = InferenceModel.load(work.teacher())) {
            ModelDescription description = teacher.description();
            SampleDecoder decoder = new SampleDecoder(description);
            int classes = description.classCount();
            FloatBuffer pixels = buffer(work.batch() * decoder.values());
            Selection selection = new Selection(work.curriculum(), work.policy(), new InMemoryRuleState());
            for (int from = 0; from < mixture.size(); from += work.batch()) {
                int count = Math.min(work.batch(), mixture.size() - from);
                clock.begin("feed");
                List<Sample> samples = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    samples.add(mixture.entry(from + i).sample());
                }
                clock.begin("decode");
                decode(decoder, samples, pixels.clear());
                clock.begin("teacher");
                float[] logits = teacher.infer(pixels.flip(), count).logits();
                clock.begin("select");
                for (int i = 0; i < count; i++) {
                    ScoredOutput output = scored(logits, from + i, i * classes, classes, samples.get(i));
                    if (selection.decide(output) instanceof SelectionDecision.Kept) {
                        kept.add(new Kept(samples.get(i), output.sample().pseudoLabel()));
                    }
                }
            }
        }
        clock.end();
    }

    /** As the selector scores the output of a stream with one partition; the rules of {@code bench} need no features. */
    private static ScoredOutput scored(float[] logits, long offset, int from, int classes, Sample sample) {
        return ScoredOutput.of(0, offset, Arrays.copyOfRange(logits, from, from + classes), 0, sample.getSource());
    }

    private long learn() throws InvalidSampleException {
        clock.begin("student");
        ModelDescription teacher = ModelDescription.read(work.teacher());
        try (TrainableModel student = TrainableModel.load(work.student(), 1);
                CrossEntropyTrainer trainer = new CrossEntropyTrainer(student, new Sgd.Options(0.9, 5e-4, false))) {
            SampleDecoder decoder =
                    new SampleDecoder(student.description().withNormalisation(teacher.mean(), teacher.std()));
            FloatBuffer pixels = buffer(work.batch() * decoder.values());
            int[] labels = new int[work.batch()];
            SplittableRandom random = new SplittableRandom(1);
            for (long step = 0; step < work.steps(); step++) {
                pixels.clear();
                for (int i = 0; i < labels.length; i++) {
                    Kept drawn = kept.get(random.nextInt(kept.size()));
                    decoder.decode(drawn.sample(), pixels);
                    labels[i] = drawn.label();
                }
                trainer.step(pixels.flip(), labels, work.learningRate());
            }
        }
        clock.end();
        return work.steps();
    }

    private static void decode(SampleDecoder decoder, List<Sample> samples, FloatBuffer pixels)
            throws InvalidSampleException {
        for (Sample sample : samples) {
            decoder.decode(sample, pixels);
        }
    }

    private static FloatBuffer buffer(int values) {
        return ByteBuffer.allocateDirect(values * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
