// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.trainer.checkpoint.Checkpoints;
import io.wildstream.trainer.config.TrainerConfig;
import io.wildstream.trainer.control.CommandHandler;
import io.wildstream.trainer.curriculum.CurriculumLog;
import io.wildstream.trainer.metrics.TrainerMetrics;
import io.wildstream.trainer.student.HoldoutEvaluator;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a training loop works with besides its student.
 *
 * @param evaluator null without a holdout
 * @param streamPartitions partitions of {@code samples}, 0 when unknown
 * @param stopping whether the process is to end
 */
record Session(
        CurriculumLog log,
        IntSupplier streamPartitions,
        Checkpoints checkpoints,
        CommandHandler commands,
        @Nullable HoldoutEvaluator evaluator,
        StudentLifecycle life,
        TrainerMetrics metrics,
        TrainerConfig config,
        BooleanSupplier stopping) {}
