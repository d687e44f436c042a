// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.Home;

/** Finds the cluster that runs in a home. */
final class Running {

    private Running() {}

    /**
     * The state of the running cluster.
     *
     * @throws ClusterException when none runs
     */
    static ClusterState require(Home home) {
        if (!home.isLocked()) {
            throw new ClusterException("no cluster runs in " + home.directory() + ": start one with 'wildstream up'");
        }
        return ClusterState.read(home.stateFile())
                .orElseThrow(() -> new ClusterException(
                        "the cluster in " + home.directory() + " is starting, or has stopped and makes its report"));
    }

    /** A client of its gateway; close it. */
    static GatewayClient connect(ClusterState state) {
        if (!state.ready()) {
            throw new ClusterException("the cluster is still starting: 'wildstream status' shows how far it is");
        }
        return GatewayClient.connect(state.gatewayPort());
    }
}
