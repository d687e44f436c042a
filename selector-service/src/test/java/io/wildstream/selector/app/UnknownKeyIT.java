// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selector.app;

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
                service().property("wildstream.selector.comit-interval", "7"),
                "unknown key 'wildstream.selector.comit-interval': did you mean 'wildstream.selector.commit-interval'?");
    }

    @Test
    void aVariableOfTheEnvironmentIsRefused() throws IOException, InterruptedException {
        refuses(
                service()
                        .variable("WILDSTREAM_SELECTOR_PUBLISHREJECTED", "7")
                        .variable("WILDSTREAM_SELECTOR_PUBLISH_REJECTED", "true"),
                "unknown key 'WILDSTREAM_SELECTOR_PUBLISHREJECTED': did you mean 'WILDSTREAM_SELECTOR_PUBLISH_REJECTED'?");
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
