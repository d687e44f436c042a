package io.wildstream.trainer;

import io.wildstream.trainer.curriculum.CurriculumLog;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a training loop works with besides its student.
 *
 * @param evaluator null without a holdout
 * @param stopping whether the process is to end
 */
record Session(
        CurriculumLog log,
        Checkpoints checkpoints,
        CommandDesk commands,
        @Nullable HoldoutEvaluator evaluator,
        TrainerStatus status,
        TrainerMetrics metrics,
        TrainerConfig config,
        BooleanSupplier stopping) {}
