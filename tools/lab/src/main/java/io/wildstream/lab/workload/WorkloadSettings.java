// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.workload;

import io.wildstream.cluster.Prometheus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run works on and how it is run.
 *
 * @param data where the images come from
 * @param teacher how the teacher is made
 * @param student how the students learn
 * @param curricula names of the curricula, one student each
 * @param rate share of the stream that each curriculum keeps, in (0, 1]
 * @param seed of the shuffle, of the random choice and of the students
 * @param run how the cluster is run
 */
public record WorkloadSettings(
        DataSettings data,
        TeacherSettings teacher,
        StudentSettings student,
        List<String> curricula,
        double rate,
        long seed,
        RunSettings run) {

    public WorkloadSettings {
        curricula = List.copyOf(curricula);
    }

    /**
     * Where the images come from.
     *
     * @param original an image set, or null for the built-in one
     * @param wild further image sets; those of the built-in set when there is no original
     * @param teacherImages images that the teacher learns from, {@code WildMixture.ALL}, or null for half of the train part
     * @param inDomainShare wanted share of in-domain samples in the stream, or null for all there are
     * @param limit most samples of the stream
     * @param pure whether the stream holds the original set's images alone
     */
    public record DataSettings(
            @Nullable Path original,
            List<Path> wild,
            @Nullable Integer teacherImages,
            @Nullable Double inDomainShare,
            @Nullable Integer limit,
            boolean pure) {

        public DataSettings {
            wild = List.copyOf(wild);
        }

        /** With the wild sets. */
        public DataSettings(
                @Nullable Path original,
                List<Path> wild,
                @Nullable Integer teacherImages,
                @Nullable Double inDomainShare,
                @Nullable Integer limit) {
            this(original, wild, teacherImages, inDomainShare, limit, false);
        }

        /** The same original data without wild sets: each sample of the stream has a label. */
        public DataSettings purely(@Nullable Integer images) {
            return new DataSettings(original, List.of(), images, null, limit, true);
        }
    }

    /**
     * How the teacher is made.
     *
     * @param architecture such as {@code vgg}, or null for the one that fits the images
     * @param model directory of a ready teacher, or null to train one
     * @param epochs passes over its data
     * @param flip whether images are mirrored at random
     * @param seed of its weights and order
     * @param threads that train it
     */
    public record TeacherSettings(
            @Nullable String architecture, @Nullable Path model, int epochs, boolean flip, long seed, int threads) {}

    /**
     * How the students learn.
     *
     * @param architecture such as {@code lenet5}, or null for the one that fits the images
     * @param model directory of an untrained model, or null for a built-in one
     * @param steps steps of each student
     * @param batch samples of a step
     * @param learningRate at the start of the cosine schedule
     * @param maxGradientNorm length to which longer gradients are cut, 0 for none
     * @param replayRatio replay steps per fresh step, or null for what the steps need
     */
    public record StudentSettings(
            @Nullable String architecture,
            @Nullable Path model,
            long steps,
            int batch,
            double learningRate,
            double maxGradientNorm,
            @Nullable Double replayRatio) {}

    /**
     * How the cluster is run.
     *
     * @param samplesPerSecond pace of the feeder; infinite for as fast as it goes
     * @param timeLimit after which the run is given up
     * @param portBase first of consecutive ports, or null for free ones
     * @param evaluate whether the students are measured on the test part while they learn
     * @param verify whether each student is learned a second time from its curriculum, to compare the weights
     * @param keep whether the run's directory stays after the end
     * @param condenser whether a trainer that condenses image sets runs beside the others
     * @param prometheus whether a Prometheus scrapes all processes
     */
    public record RunSettings(
            double samplesPerSecond,
            Duration timeLimit,
            @Nullable Integer portBase,
            boolean evaluate,
            boolean verify,
            boolean keep,
            boolean condenser,
            boolean prometheus) {

        /** A run of the cluster alone. */
        public RunSettings(
                double samplesPerSecond,
                Duration timeLimit,
                @Nullable Integer portBase,
                boolean evaluate,
                boolean verify,
                boolean keep) {
            this(samplesPerSecond, timeLimit, portBase, evaluate, verify, keep, false, false);
        }

        /** The same with a condenser or without one. */
        public RunSettings withCondenser(boolean wanted) {
            return new RunSettings(samplesPerSecond, timeLimit, portBase, evaluate, verify, keep, wanted, prometheus);
        }

        /** The same with a Prometheus or without one. */
        public RunSettings withPrometheus(boolean wanted) {
            return new RunSettings(samplesPerSecond, timeLimit, portBase, evaluate, verify, keep, condenser, wanted);
        }

        /**
         * The program that is to scrape the processes; null for none.
         *
         * @throws io.wildstream.cluster.ClusterException when it is wanted and not there
         */
        public @Nullable Path prometheusProgram() {
            return prometheus ? Prometheus.find() : null;
        }
    }
}
