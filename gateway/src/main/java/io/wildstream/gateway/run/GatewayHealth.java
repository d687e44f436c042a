// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.run;

import io.wildstream.gateway.control.ClusterState;
import io.wildstream.gateway.watch.PipelineView;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when {@code control}, {@code status} and {@code checkpoints} were read to their ends and are followed, and Kafka answers. */
@Readiness
@Singleton
class GatewayHealth implements HealthCheck {

    private final ClusterState state;
    private final PipelineView view;

    GatewayHealth(ClusterState state, PipelineView view) {
        this.state = state;
        this.view = view;
    }

    @Override
    public HealthCheckResponse call() {
        boolean caughtUp = state.caughtUp();
        boolean followed = state.isAlive();
        boolean answers = view.isFresh();
        return HealthCheckResponse.named("gateway")
                .status(caughtUp && followed && answers)
                .withData("controlCaughtUp", caughtUp)
                .withData("topicsFollowed", followed)
                .withData("kafkaAnswers", answers)
                .withData("problem", state.obstacle())
                .build();
    }
}
