// SPDX-License-Identifier: Apache-2.0
package io.wildstream.lab.demo;

import io.wildstream.client.GatewayClient;
import io.wildstream.client.proof.ProofReader;
import io.wildstream.client.proof.StreamProof;
import io.wildstream.cluster.ClusterException;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.PipelineStatus;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TeacherStatus;
import io.wildstream.contracts.v1.TrainingSpec;
import io.wildstream.lab.run.FedStream;
import io.wildstream.lab.run.FiniteStream;
import io.wildstream.lab.terminal.Screen;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Feeds a cluster that others have started a finite stream and proves by what is committed that each sample was scored, decided and
 * learned once. The stream ends with that: the cluster's topics must be new, and its selectors must publish what they reject.
 */
public final class Acceptance {

    private static final double UNKNOWN_ACCURACY = 0.5;

    private final GatewayClient gateway;
    private final Plan plan;
    private final Screen screen;

    /**
     * What is fed and learned.
     *
     * @param student whose trainer waits for it; the curriculum has the same name
     * @param policy of its curriculum
     * @param spec what it learns
     * @param total samples of the stream
     * @param samplesPerSecond pace of the feeder; infinite for as fast as it goes
     * @param timeLimit after which the stream is given up
     */
    public record Plan(
            String student,
            SelectionPolicy policy,
            TrainingSpec spec,
            int total,
            double samplesPerSecond,
            Duration timeLimit) {}

    /** The last status, and the proof. */
    public record Outcome(PipelineStatus status, StreamProof proof) {}

    public Acceptance(GatewayClient gateway, Plan plan, Screen screen) {
        this.gateway = gateway;
        this.plan = plan;
        this.screen = screen;
    }

    /**
     * Feeds the stream, waits for the student and reads back what was committed.
     *
     * @param bootstrapServers of the cluster's Kafka
     * @throws ClusterException when the cluster does not take it, fails, or takes too long
     */
    public Outcome run(Iterator<Sample> samples, String bootstrapServers) throws InterruptedException {
        TrainingSpec spec = complete(plan.spec(), requireNew());
        List<String> curricula = List.of(plan.student());
        gateway.setPolicy(plan.student(), plan.policy());
        gateway.awaitPolicies(curricula, 1);
        gateway.createStudent(plan.student(), plan.student(), spec);
        PipelineStatus last;
        try (FedStream stream = new FedStream(gateway, samples, plan.samplesPerSecond(), plan.total())) {
            last = stream.follow(new FiniteStream(curricula, plan.timeLimit(), screen))
                    .status();
        }
        screen.clear();
        screen.say("counting    reading back what was committed");
        return new Outcome(last, ProofReader.read(bootstrapServers, new Topics(Topics.DEFAULT_PREFIX)));
    }

    private TeacherStatus requireNew() {
        PipelineStatus status = gateway.status();
        if (status.getIngest().getRecords() > 0) {
            throw new ClusterException("the cluster holds " + status.getIngest().getRecords()
                    + " samples already: take one whose topics are new, this test ends the stream");
        }
        return status.getInstancesList().stream()
                .filter(InstanceStatus::hasTeacher)
                .map(InstanceStatus::getTeacher)
                .findFirst()
                .orElseThrow(() -> new ClusterException("no teacher is alive: see the logs of the teacher service"));
    }

    /** A teacher without a known accuracy is good enough for counting, but the gateway cannot start Q from it: this names one. */
    static TrainingSpec complete(TrainingSpec spec, TeacherStatus teacher) {
        if (teacher.hasAccuracy() || teacher.getClassAccuracyCount() > 0) {
            return spec;
        }
        TrainingSpec.Builder complete = spec.toBuilder();
        complete.getTermsBuilderList().stream()
                .filter(term -> term.hasDfnd() && term.getDfnd().getQDiagonalCount() == 0)
                .forEach(term -> term.getDfndBuilder().addQDiagonal(UNKNOWN_ACCURACY));
        return complete.build();
    }
}
