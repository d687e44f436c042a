// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import io.wildstream.contracts.testkit.UsesCluster;
import io.wildstream.service.testkit.PackagedService;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as it is shipped does not start with a key that it does not know, wherever that stands. */
@UsesCluster
class UnknownKeyIT {

    @TempDir
    Path directory;

    @Test
    void aSystemPropertyIsRefused() throws IOException, InterruptedException {
        refuses(
                service().property("wildstream.trainer.keep-checkpoint", "7"),
                "unknown key 'wildstream.trainer.keep-checkpoint': did you mean 'wildstream.trainer.keep-checkpoints'?");
    }

    @Test
    void aVariableOfTheEnvironmentIsRefused() throws IOException, InterruptedException {
        refuses(
                service()
                        .variable("WILDSTREAM_TRAINER_QUEUECAPACITY", "7")
                        .variable("WILDSTREAM_TRAINER_QUEUE_CAPACITY", "7"),
                "unknown key 'WILDSTREAM_TRAINER_QUEUECAPACITY': did you mean 'WILDSTREAM_TRAINER_QUEUE_CAPACITY'?");
    }

    @Test
    void aKeyOfAFileIsRefused() throws IOException, InterruptedException {
        refuses(
                service().file("wildstream.topic-perfix", "other"),
                "unknown key 'wildstream.topic-perfix': did you mean 'wildstream.topic-prefix'?");
    }

    private PackagedService service() {
        return new PackagedService(directory)
                .property("wildstream.trainer.student", "anna")
                .property("wildstream.trainer.models", "models")
                .property("wildstream.trainer.checkpoints", "checkpoints");
    }

    private static void refuses(PackagedService service, String message) throws IOException, InterruptedException {
        service.isRefused(message);
    }
}
