// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.app;

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
                service().property("wildstream.teacher.btach-size", "7"),
                "unknown key 'wildstream.teacher.btach-size': did you mean 'wildstream.teacher.batch-size'?");
    }

    @Test
    void aVariableOfTheEnvironmentIsRefused() throws IOException, InterruptedException {
        refuses(
                service().variable("WILDSTREAM_TEACHER_BATCHSIZE", "7").variable("WILDSTREAM_TEACHER_BATCH_SIZE", "7"),
                "unknown key 'WILDSTREAM_TEACHER_BATCHSIZE': did you mean 'WILDSTREAM_TEACHER_BATCH_SIZE'?");
    }

    @Test
    void aKeyOfAFileIsRefused() throws IOException, InterruptedException {
        refuses(
                service().file("wildstream.topic-perfix", "other"),
                "unknown key 'wildstream.topic-perfix': did you mean 'wildstream.topic-prefix'?");
    }

    private PackagedService service() {
        return new PackagedService(directory);
    }

    private static void refuses(PackagedService service, String message) throws IOException, InterruptedException {
        service.isRefused(message);
    }
}
