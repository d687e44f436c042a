// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.v1.CheckpointManifest;
import io.wildstream.trainer.checkpoint.Checkpoints;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.Reasons;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.metrics.TrainerMetrics.LineageEvent;
import io.wildstream.trainer.reference.ObjectFetcher;
import io.wildstream.trainer.student.SpecRefusedException;
import io.wildstream.trainer.student.Student;
import io.wildstream.trainer.student.StudentFactory;
import io.wildstream.trainer.student.WindowRestore;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a student: from its newest intact checkpoint, or by the first spec that can be used. Belongs to the training thread. */
final class StudentOpening {

    private static final Logger LOGGER = LoggerFactory.getLogger(StudentOpening.class);

    private final TrainerConfig config;
    private final StudentLifecycle life;
    private final TrainerMetrics metrics;
    private final BooleanSupplier keepsOn;

    StudentOpening(TrainerConfig config, StudentLifecycle life, TrainerMetrics metrics, BooleanSupplier keepsOn) {
        this.config = config;
        this.life = life;
        this.metrics = metrics;
        this.keepsOn = keepsOn;
    }

    /** Null when the process is to stop first. */
    StudentFactory.@Nullable Opened open(
            StudentFactory factory, CurriculumLog log, Checkpoints checkpoints, ObjectFetcher objects)
            throws IOException, SpecRefusedException, InterruptedException {
        CheckpointManifest manifest = checkpoints.newestIntact();
        checkpoints.openedFrom(manifest);
        if (manifest == null) {
            Student begun = begin(factory, log);
            return begun == null ? null : new StudentFactory.Opened(begun, List.of());
        }
        LOGGER.info(
                "resuming student={} step={} offset={}",
                manifest.getStudent(),
                manifest.getStep(),
                manifest.getNextOffset());
        metrics.opened(manifest.getCurriculum(), LineageEvent.RESUMED);
        ObjectWait wait = new ObjectWait(life);
        try {
            return factory.resume(
                    manifest, checkpoints.path(manifest), new WindowRestore.Origin(log, objects, problem -> {
                        wait.show(problem);
                        return keepsOn.getAsBoolean();
                    }));
        } finally {
            wait.show("");
        }
    }

    private @Nullable Student begin(StudentFactory factory, CurriculumLog log) {
        long from = -1;
        while (true) {
            CurriculumLog.PlacedSpec first = log.awaitSpec(config.student(), from, spec -> true, keepsOn);
            if (first == null) {
                return null;
            }
            try {
                Student student = factory.create(first);
                LOGGER.info(
                        "beginning student={} generation={} offset={}",
                        config.student(),
                        first.spec().getGeneration(),
                        student.position().nextOffset());
                metrics.opened(student.curriculum(), LineageEvent.BEGUN);
                return student;
            } catch (SpecRefusedException e) {
                LOGGER.error(
                        "spec refused student={} offset={} cause={}", config.student(), first.offset(), e.getMessage());
                life.failed(Reasons.of(e));
                from = first.offset() + 1;
            }
        }
    }
}
