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
 * pipeline between two polls. A generation that cannot be loaded changes nothing but {@link #problem}.
 */
public final class TeacherExchange implements Teachers, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TeacherExchange.class);
    private static final String NO_TEACHER =
            "no teacher yet: set wildstream.teacher.model to the name of a model, or send a teacher spec";

    private final ModelStore store;
    private final PixelLimits limits;
    private final TeacherMetrics metrics;
    private final Runnable changed;
    private final ExecutorService loading;
    /** Loaded, and not yet taken by the pipeline. */
    private final AtomicReference<@Nullable Teacher> waiting = new AtomicReference<>();
    /** What the pipeline answers with; written by the pipeline's thread. */
    private volatile @Nullable Teacher active;

    private volatile String problem = NO_TEACHER;
    /** Newest generation that was asked for; written by the loading thread. */
    private long newest = -1;

    /** @param changed called when another teacher answers, or one could not be loaded */
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
     * Loads the teacher that answers until a spec names another one; it has generation 0.
     *
     * @throws IllegalArgumentException when it cannot be used; the message says which settings to look at
     */
    public void start(String model) {
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
        metrics.answering(reference);
        LOGGER.info(
                "teacher answers model={} generation={} digest={}",
                reference.getName(),
                reference.getGeneration(),
                reference.getDigest());
        if (old != null) {
            old.close();
        }
        changed.run();
        return loaded;
    }

    /** The teacher that answers, for reports; null while there is none. */
    public @Nullable Teacher active() {
        return active;
    }

    /** Why the newest teacher asked for is not the one that answers; empty when it is. */
    public String problem() {
        return problem;
    }

    private void exchange(long generation, TeacherSpec spec) {
        if (generation <= newest) {
            return;
        }
        newest = generation;
        try {
            offer(load(spec.getModel(), generation, spec.getOmitFeatures()));
            problem = "";
        } catch (RuntimeException e) {
            problem = "teacher generation " + generation + " was refused: " + e.getMessage();
            LOGGER.error("teacher refused model={} generation={}", spec.getModel(), generation, e);
            changed.run();
        }
    }

    private Teacher load(String model, long generation, boolean omitsFeatures) {
        try {
            Teacher teacher = new EngineTeacher(store.directory(model), model, generation, omitsFeatures, limits);
            metrics.loaded(true);
            return teacher;
        } catch (RuntimeException e) {
            metrics.loaded(false);
            throw e;
        }
    }

    private void offer(Teacher teacher) {
        Teacher overtaken = waiting.getAndSet(teacher);
        if (overtaken != null) {
            overtaken.close();
        }
    }

    /** Frees all models; only after the pipeline has ended. */
    @Override
    public void close() {
        loading.shutdown();
        try {
            if (!loading.awaitTermination(30, TimeUnit.SECONDS)) {
                LOGGER.warn("model still loading at the end");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Teacher loaded = waiting.getAndSet(null);
        if (loaded != null) {
            loaded.close();
        }
        Teacher last = active;
        if (last != null) {
            active = null;
            last.close();
        }
    }
}
