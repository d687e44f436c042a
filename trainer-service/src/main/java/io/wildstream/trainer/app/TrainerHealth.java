// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.app;

import io.wildstream.contracts.v1.StudentStatus;
import io.wildstream.trainer.control.TrainerStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * Live while the training thread lives or has ended in order; ready while nothing keeps the student from learning. A refused spec is
 * not ready but live: a restart would not mend it.
 */
@ApplicationScoped
public class TrainerHealth {

    private final TrainerStatus status;

    TrainerHealth(TrainerStatus status) {
        this.status = status;
    }

    @Produces
    @Liveness
    HealthCheck training() {
        return () -> {
            String broken = status.broken();
            return HealthCheckResponse.named("training thread")
                    .status(broken == null)
                    .withData("problem", broken == null ? "" : broken)
                    .build();
        };
    }

    @Produces
    @Readiness
    HealthCheck student() {
        return () -> {
            StudentStatus student = status.student();
            return HealthCheckResponse.named("student")
                    .status(status.problem().isEmpty())
                    .withData("state", student.getState().name())
                    .withData("step", student.getStep())
                    .withData("problem", status.problem())
                    .build();
        };
    }
}
