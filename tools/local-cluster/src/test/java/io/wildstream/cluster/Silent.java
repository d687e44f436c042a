// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import io.wildstream.cluster.process.ChildProcess;
import io.wildstream.cluster.process.Supervisor;
import java.time.Duration;

/** A listener that nobody asks. */
public final class Silent implements Supervisor.Listener {

    @Override
    public void died(ChildProcess process, int exitStatus, Duration pause) {
        // The test looks at the process itself.
    }

    @Override
    public void restarted(ChildProcess process) {
        // As above.
    }

    @Override
    public void givenUp(ChildProcess process, int exitStatus) {
        // As above.
    }

    @Override
    public void takenOver(ChildProcess process) {
        // As above.
    }
}
