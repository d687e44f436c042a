// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

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
                service().property("wildstream.gateway.max-wathces", "7"),
                "unknown key 'wildstream.gateway.max-wathces': did you mean 'wildstream.gateway.max-watches'?");
    }

    @Test
    void aVariableOfTheEnvironmentIsRefused() throws IOException, InterruptedException {
        refuses(
                service().variable("WILDSTREAM_GATEWAY_MAX_WATCH", "7").variable("WILDSTREAM_GATEWAY_MAX_WATCHES", "7"),
                "unknown key 'WILDSTREAM_GATEWAY_MAX_WATCH': did you mean 'WILDSTREAM_GATEWAY_MAX_WATCHES'?");
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
