// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wildstream.contracts.TopicAdmin;
import io.wildstream.contracts.Topics;
import io.wildstream.contracts.control.StatusReporter;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.TestLog;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.contracts.v1.InstanceStatus;
import io.wildstream.contracts.v1.SelectorStatus;
import io.wildstream.contracts.v1.ServiceKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When outputs may go without payloads: whichever selector comes first, and whatever it is replaced by. */
@UsesBroker
class LiveSelectorsTest {

    private static final String SAMPLES = "wildstream.samples:sample";
    private static final String NOTHING = "";

    private final Topics topics = new Topics(TestBroker.prefix(LiveSelectorsTest.class));
    private final AtomicLong clock = new AtomicLong();
    private LiveSelectors selectors;

    @BeforeEach
    void follow() {
        try (Admin admin = TestBroker.get().admin()) {
            TopicAdmin.ensure(admin, List.of(topics.statusTopic(ServiceKind.SERVICE_KIND_SELECTOR)));
        }
        selectors = new LiveSelectors(TestBroker.get().client(), topics, clock::get);
    }

    @AfterEach
    void close() {
        selectors.close();
    }

    @Test
    void nobodyIsNotEverybody() {
        assertThat(selectors.bring(SAMPLES)).isFalse();
        assertThat(selectors.bring(NOTHING)).isFalse();
    }

    @Test
    void everyOneThatLivesMustBringPayloads() {
        // When
        report("selector-0", SAMPLES, false);
        await().until(() -> selectors.bring(SAMPLES));

        // Then: one of the version before joins, and stops
        report("selector-1", NOTHING, false);
        await().until(() -> !selectors.bring(SAMPLES));
        report("selector-1", NOTHING, true);
        await().until(() -> selectors.bring(SAMPLES));
        // Then: one reads another topic
        report("selector-1", "photos:sample", false);
        await().until(() -> !selectors.bring(SAMPLES));
        // Then: it is killed
        clock.addAndGet(StatusReporter.DEAD_AFTER.toNanos() - 1);
        report("selector-0", SAMPLES, false);
        clock.addAndGet(2);
        await().until(() -> selectors.bring(SAMPLES));
    }

    @Test
    void outputsHoldPayloadsAgainWhenAllAreGone() {
        // Given
        report("selector-0", SAMPLES, false);
        await().until(() -> selectors.bring(SAMPLES));

        // When
        clock.addAndGet(StatusReporter.DEAD_AFTER.toNanos() + 1);

        // Then
        assertThat(selectors.bring(SAMPLES)).isFalse();
    }

    @Test
    void aTopicOfTheUsersOwnIsNobodyElses() {
        // Given
        report("selector-0", NOTHING, false);
        report("selector-1", NOTHING, false);

        // When // Then
        await().until(() -> selectors.heardOf() == 2);
        assertThat(selectors.bring(NOTHING)).isFalse();
    }

    private void report(String instance, String payloads, boolean stopped) {
        InstanceStatus status = InstanceStatus.newBuilder()
                .setInstance(instance)
                .setService(ServiceKind.SERVICE_KIND_SELECTOR)
                .setSelector(SelectorStatus.newBuilder().setPayloads(payloads))
                .setStopped(stopped)
                .build();
        TestLog.write(List.of(new ProducerRecord<>(
                topics.status(ServiceKind.SERVICE_KIND_SELECTOR),
                instance.getBytes(StandardCharsets.UTF_8),
                status.toByteArray())));
    }
}
