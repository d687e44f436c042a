// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.contracts.v1.Lineage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@UsesBroker
class CheckpointHistoryTest {

    private static final CheckpointManifest FIRST = child("", "a", 10);
    private static final CheckpointManifest SECOND = child("a", "b", 20);
    private static final CheckpointManifest THIRD = child("b", "c", 30);

    @Test
    void anUndisturbedStudentDescendsFromAllItsCheckpoints() {
        assertThat(CheckpointHistory.surviving(List.of(FIRST, SECOND, THIRD))).containsExactly(FIRST, SECOND, THIRD);
    }

    @Test
    void aRollbackDiscardsWhatCameAfterItsTarget() {
        // Given
        CheckpointManifest back = child("a", "d", 10);
        CheckpointManifest after = child("d", "e", 25);

        // When
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(List.of(FIRST, SECOND, THIRD, back, after));

        // Then
        assertThat(surviving).containsExactly(FIRST, back, after);
    }

    @Test
    void aCheckpointThatWasCommittedTwiceIsOne() {
        // Given: what versions before 0.3 answered when a checkpoint of an unchanged student was asked for, and a
        // refused rollback
        CheckpointManifest again = SECOND.toBuilder()
                .setCreated(Timestamp.newBuilder().setSeconds(7))
                .build();
        CheckpointManifest refused = again.toBuilder()
                .setRollbackRequest(1)
                .setRollbackProblem("no such step")
                .build();

        // When, Then
        assertThat(CheckpointHistory.surviving(List.of(FIRST, SECOND, again, THIRD)))
                .containsExactly(FIRST, again, THIRD);
        assertThat(CheckpointHistory.surviving(List.of(FIRST, SECOND, refused))).containsExactly(FIRST, refused);
        assertThat(CheckpointHistory.same(SECOND, again)).isTrue();
        assertThat(CheckpointHistory.same(FIRST, SECOND)).isFalse();
    }

    @Test
    void aCheckpointWithoutParentBeginsAgain() {
        // Given
        CheckpointManifest again = child("", "f", 5);

        // When
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(List.of(FIRST, SECOND, again));

        // Then
        assertThat(surviving).containsExactly(again);
    }

    @Test
    void oldCheckpointsDescendFromThoseThatTheyAreNotBehind() {
        // Given: manifests from before lineage was kept
        CheckpointManifest ten = old(10);
        CheckpointManifest thirty = old(30);
        CheckpointManifest twenty = old(20);

        // When
        List<CheckpointManifest> surviving = CheckpointHistory.surviving(List.of(ten, thirty, twenty));

        // Then
        assertThat(surviving).containsExactly(ten, twenty);
    }

    @Test
    void readsTheCheckpointsOfOneStudentAndSkipsWhatIsNone() {
        // Given
        Topics topics = new Topics(TestBroker.prefix(getClass()));
        try (var admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topics.checkpointsTopic()));
        }
        TestLog.write(List.of(
                record(topics, "s", FIRST.toByteArray()),
                record(topics, "other", SECOND.toByteArray()),
                record(topics, "s", new byte[] {(byte) 0xff}),
                record(topics, "s", THIRD.toByteArray())));

        // When
        List<CheckpointManifest> read = CheckpointHistory.read(TestBroker.get().client(), topics, "s");

        // Then
        assertThat(read).containsExactly(FIRST, THIRD);
    }

    private static ProducerRecord<byte[], byte[]> record(Topics topics, String student, byte[] value) {
        return new ProducerRecord<>(topics.checkpoints(), student.getBytes(StandardCharsets.UTF_8), value);
    }

    private static CheckpointManifest child(String parent, String directory, long step) {
        return old(step).toBuilder()
                .setDirectory(directory)
                .setLineage(Lineage.newBuilder().setParent(parent))
                .build();
    }

    private static CheckpointManifest old(long step) {
        return CheckpointManifest.newBuilder()
                .setStep(step)
                .setNextOffset(4 * step)
                .build();
    }
}
