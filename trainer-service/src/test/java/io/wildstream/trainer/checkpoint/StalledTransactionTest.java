// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.CheckpointManifest;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A trainer that stands still in the middle of a transaction, as a stopped process or a stalled network does. */
@UsesBroker
class StalledTransactionTest {

    private static final Logger LOGGER = LoggerFactory.getLogger(StalledTransactionTest.class);
    private static final String STUDENT = "anna";

    private final Topics topics = new Topics(TestBroker.prefix(StalledTransactionTest.class));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNotMistakenForATakeover(boolean sendsAfterwards) {
        // Given
        TopicPartition curriculum = new TopicPartition(topics.curriculum("main"), 0);
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topics.curriculumTopic("main"), topics.checkpointsTopic()));
            try (CheckpointLog log = new CheckpointLog(TestBroker.get().client(), topics, STUDENT)) {
                log.commit(manifest(1), List.of());

                // When
                Throwable failure = catchThrowable(() -> log.transact(() -> {
                    log.sendRenewal(curriculum, 7);
                    awaitAbortion(admin);
                    if (sendsAfterwards) {
                        log.sendRenewal(curriculum, 8);
                    }
                }));

                // Then
                LOGGER.info("stalled failure={}", failure.toString());
                assertThat(failure).isInstanceOf(RuntimeException.class).isNotInstanceOf(FencedException.class);
            }
            try (CheckpointLog again = new CheckpointLog(TestBroker.get().client(), topics, STUDENT)) {
                again.renew(curriculum, 7);
                again.commit(manifest(2), List.of());
                assertThat(again.committed())
                        .extracting(CheckpointManifest::getStep)
                        .containsExactly(1L, 2L);
            }
        }
    }

    private void awaitAbortion(Admin admin) {
        String id = topics.prefix() + "-student-" + STUDENT;
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> admin.describeTransactions(List.of(id))
                                .description(id)
                                .get()
                                .state()
                        == TransactionState.COMPLETE_ABORT);
    }

    private static CheckpointManifest manifest(long step) {
        return CheckpointManifest.newBuilder().setStudent(STUDENT).setStep(step).build();
    }
}
