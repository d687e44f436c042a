// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.testkit.TestBroker;
import io.wildstream.contracts.testkit.UsesBroker;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelStore;
import io.wildstream.trainer.TestConfig;
import io.wildstream.trainer.TestCurriculum;
import io.wildstream.trainer.reference.ObjectFetcher;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;

@UsesBroker
class CurriculumReaderTest {

    private final TestCurriculum curriculum = new TestCurriculum(CurriculumReaderTest.class);

    @Test
    void theLagGrowsWhileNobodyTakesWhatIsRead() throws Exception {
        // Given
        ModelDescription model = ModelDescription.read(
                new ModelStore(List.of(TestConfig.repositoryModels())).directory("lenet5-1x28-10"));
        CurriculumLog log =
                new CurriculumLog(TestBroker.get().client(), curriculum.topics.curriculum(TestCurriculum.NAME));
        RecordParser parser = new RecordParser(TestCurriculum.STUDENT, model, SkipRules.NONE);
        curriculum.write(curriculum.samples(20));
        try (ObjectFetcher none = new ObjectFetcher(reference -> ByteString.EMPTY, 1);
                CurriculumReader reader = new CurriculumReader(log, parser, none, 0, 4, new Silent())) {
            await().until(() -> reader.lag() >= 20);

            // When
            curriculum.write(curriculum.samples(30));

            // Then
            await().until(() -> reader.lag() >= 50);
            for (int i = 0; i < 50; i++) {
                await().until(() -> reader.next(Duration.ofMillis(100)) != null);
            }
            await().until(() -> reader.lag() == 0);
        }
    }

    private static final class Silent implements CurriculumReader.Listener {

        @Override
        public Runnable reading(Consumer<?, ?> consumer) {
            return () -> {};
        }

        @Override
        public void blocked(long nanos) {
            // Not looked at.
        }
    }
}
