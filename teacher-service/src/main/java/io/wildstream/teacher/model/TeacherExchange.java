// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.model;

import io.wildstream.contracts.v1.ControlRecord;
import io.wildstream.contracts.v1.TeacherReference;
import io.wildstream.contracts.v1.TeacherSpec;
import io.wildstream.engine.ModelException;
import io.wildstream.engine.ModelStore;
import io.wildstream.engine.pixels.PixelLimits;
import io.wildstream.teacher.Teacher;
import io.wildstream.teacher.TeacherMetrics;
import io.wildstream.teacher.Teachers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the teacher while the stream runs: a new generation is loaded beside the old one, on a thread of its own, and handed to the
 * pipeline between two polls. A generation that cannot be loaded leaves the active teacher in place. Where there was none yet,
 * none does until a better generation comes, lest this instance answer with another teacher than the others.
 */
public final class TeacherExchange implements Teachers, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TeacherExchange.class);
    private static final String SET_ONE =
            "set a teacher: ./wildstream teacher set MODEL, or TeacherService.UpdateTeacher";
    private static final String NO_TEACHER =
            "no teacher yet: set wildstream.teacher.model to the name of a model, or " + SET_ONE;

    private final ModelStore store;
    private final PixelLimits limits;
    private final TeacherMetrics metrics;
    private final Runnable changed;
    private final ExecutorService loading;
    /** Loaded, and not yet taken by the pipeline. */
    private final AtomicReference<@Nullable Teacher> waiting = new AtomicReference<>();
    /** The teacher that the pipeline uses; written by the pipeline's thread. */
    private volatile @Nullable Teacher active;

    private volatile String problem = NO_TEACHER;
    private volatile @Nullable Refused refused;
    /** The model of {@link #start}; written before anything is asked for. */
    private volatile @Nullable String configured;
    /** Newest generation that was asked for; written by the loading thread. */
    private long newest = -1;

    /**
     * The newest generation that was asked for, when it was refused.
     *
     * @param reason in words
     */
    public record Refused(long generation, String reason) {}

    /** @param changed called when another teacher becomes active, or one could not be loaded */
    public TeacherExchange(ModelStore store, PixelLimits limits, TeacherMetrics metrics, Runnable changed) {
        this.store = store;
        this.limits = limits;
        this.metrics = metrics;
        this.changed = changed;
        this.loading = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "teacher-load");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Loads the teacher that is used until a spec names another one; it has generation 0.
     *
     * @throws IllegalArgumentException when it cannot be used; the message says which settings to look at
     */
    public void start(String model) {
        configured = model;
        try {
            offer(load(model, 0, false));
            problem = "";
        } catch (ModelException e) {
            throw new IllegalArgumentException(
                    "wildstream.teacher.model '" + model + "' cannot be used: " + e.getMessage()
                            + " (models are looked for in wildstream.teacher.models)",
                    e);
        }
    }

    /** Asks for the teacher of a control record; returns at once. Records about something else are left alone. */
    public void request(ControlRecord record) {
        if (record.hasTeacher() && !loading.isShutdown()) {
            loading.execute(() -> exchange(record.getGeneration(), record.getTeacher()));
        }
    }

    /** Waits until everything that was asked for is loaded or refused. Returns whether it was, in time. */
    public boolean awaitRequested(Duration timeout) throws InterruptedException {
        try {
            loading.submit(() -> {}).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable Teacher current() {
        Teacher loaded = waiting.getAndSet(null);
        if (loaded == null) {
            return active;
        }
        Teacher old = active;
        active = loaded;
        TeacherReference reference = loaded.reference();
        metrics.answering(reference, loaded.description().classes());
        LOGGER.info(
                "teacher active model={} generation={} digest={}",
                reference.getName(),
                reference.getGeneration(),
                reference.getDigest());
        close(old);
        changed.run();
        return loaded;
    }

    /** The active teacher, for reports; null while there is none. */
    public @Nullable Teacher active() {
        return active;
    }

    /** Why the newest requested teacher is not the active one; empty when it is. */
    public String problem() {
        return problem;
    }

    /** The newest generation asked for and why it was refused; null when it was not. */
    public @Nullable Refused refused() {
        return refused;
    }

    private void exchange(long generation, TeacherSpec spec) {
        if (generation <= newest) {
            return;
        }
        newest = generation;
        if (active == null) {
            discardWaiting();
        }
        try {
            offer(load(model(spec), generation, spec.getOmitFeatures()));
            refused = null;
            problem = "";
        } catch (RuntimeException e) {
            refuse(generation, spec, e);
        }
    }

    private String model(TeacherSpec spec) {
        String own = configured;
        if (!spec.getModel().isEmpty()) {
            return spec.getModel();
        }
        if (own == null) {
            throw new ModelException(
                    "the spec names no model, and wildstream.teacher.model is not set on this instance");
        }
        return own;
    }

    private void refuse(long generation, TeacherSpec spec, RuntimeException cause) {
        String reason = String.valueOf(cause.getMessage());
        String now = active == null ? "; this instance scores no samples until it has a teacher: " + SET_ONE : "";
        refused = new Refused(generation, reason);
        problem = "teacher generation " + generation + " was refused: " + reason + now;
        LOGGER.error("teacher refused model={} generation={}", spec.getModel(), generation, cause);
        changed.run();
    }

    private Teacher load(String model, long generation, boolean omitsFeatures) {
        long start = System.nanoTime();
        try {
            Teacher teacher = new EngineTeacher(store.directory(model), model, generation, omitsFeatures, limits);
            metrics.loaded(true);
            LOGGER.info(
                    "model loaded and proven model={} generation={} millis={} bytesOfImage={}",
                    model,
                    generation,
                    (System.nanoTime() - start) / 1_000_000,
                    teacher.memoryOfImage());
            return teacher;
        } catch (RuntimeException e) {
            metrics.loaded(false);
            throw e;
        }
    }

    private void offer(Teacher teacher) {
        close(waiting.getAndSet(teacher));
    }

    private void discardWaiting() {
        close(waiting.getAndSet(null));
    }

    private static void close(@Nullable Teacher teacher) {
        if (teacher != null) {
            teacher.close();
        }
    }

    /** Frees all models; only after the pipeline has ended. */
    @Override
    public void close() {
        loading.shutdown();
        try {
            if (!loading.awaitTermination(30, TimeUnit.SECONDS)) {
                LOGGER.warn("model still loading at shutdown");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        discardWaiting();
        Teacher last = active;
        active = null;
        close(last);
    }
}
