// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.wildstream.contracts.sample.TensorType;
import io.wildstream.engine.ModelInput;
import io.wildstream.engine.TensorInput;
import java.nio.FloatBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The one place that knows how libtorch must be started and called: offline, seeded, with native memory in scopes and gradients on
 * only where they are wanted.
 *
 * <p>Gradient mode and the graph optimizer are properties of a thread; each call here sets them for itself and sets them back.
 */
public final class Torch {

    private static final Engine ENGINE = start();
    /** Managers that were made and not closed, so that what they hold can be counted. */
    private static final Set<NDManager> OPEN = ConcurrentHashMap.newKeySet();

    private Torch() {}

    private static Engine start() {
        Allocator.keepMemory();
        setDefault("DJL_OFFLINE", "true");
        setDefault("ai.djl.offline", "true");
        setDefault("OPT_OUT_TRACKING", "true");
        setDefault("ai.djl.pytorch.num_threads", "1");
        setDefault("ai.djl.pytorch.num_interop_threads", "1");
        return Engine.getEngine("PyTorch");
    }

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /** Version of libtorch, such as {@code 2.7.1}. */
    public static String version() {
        return ENGINE.getVersion();
    }

    /** What networks run on: {@code cpu} or {@code gpu0}. */
    public static String device() {
        Device device = ENGINE.defaultDevice();
        return device.isGpu() ? "gpu" + device.getDeviceId() : "cpu";
    }

    /** A manager of native arrays on the default device; close it when its arrays are no longer needed. */
    public static NDManager newManager() {
        NDManager manager = ENGINE.newBaseManager();
        OPEN.removeIf(other -> !other.isOpen());
        OPEN.add(manager);
        return manager;
    }

    /** Native arrays that managers of {@link #newManager} hold now: what a leak of native memory shows in. */
    public static int liveArrays() {
        return OPEN.stream()
                .filter(NDManager::isOpen)
                .mapToInt(manager -> manager.getManagedArrays().size())
                .sum();
    }

    /** Seeds torch's own generator, from which dropout draws; for a reproducible run at the beginning of each step. */
    public static void seed(long seed) {
        JniUtils.setSeed(seed);
    }

    /** Threads that one operation of the calling thread may use. */
    public static int threads() {
        return JniUtils.getNumThreads();
    }

    /** Sets {@link #threads()}; results are reproducible for equal counts only. */
    public static void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        JniUtils.setNumThreads(threads);
    }

    /**
     * Copies floats into a new array, whose memory torch owns and aligns: alignment never changes a result.
     *
     * @param values read from its position, which stays; must hold the shape's size
     */
    public static NDArray tensor(NDManager manager, FloatBuffer values, Shape shape) {
        int size = Math.toIntExact(shape.size());
        FloatBuffer source = values.duplicate();
        if (source.remaining() < size) {
            throw new IllegalArgumentException(
                    "An array of shape " + shape + " needs " + size + " values, got " + source.remaining());
        }
        source.limit(source.position() + size);
        if (manager.getDevice().isGpu()) {
            return manager.create(source, shape, DataType.FLOAT32);
        }
        NDArray array = manager.create(shape, DataType.FLOAT32);
        array.toByteBuffer(true).asFloatBuffer().put(source);
        return array;
    }

    /**
     * A batch as a network reads it: of the type that its input states.
     *
     * @param values read from its position, which stays; whole numbers that are floats for an input of whole numbers
     * @param count of samples
     */
    public static NDArray batch(NDManager manager, FloatBuffer values, int count, ModelInput input) {
        long[] sizes = LongStream.concat(
                        LongStream.of(count), input.shape().stream().mapToLong(Integer::longValue))
                .toArray();
        NDArray floats = tensor(manager, values, new Shape(sizes));
        TensorType type = input instanceof TensorInput tensor ? tensor.type() : TensorType.FLOAT32;
        return switch (type) {
            case UINT8 -> floats.toType(DataType.UINT8, false);
            case INT32 -> floats.toType(DataType.INT32, false);
            case INT64 -> floats.toType(DataType.INT64, false);
            case FLOAT32, FLOAT16, BFLOAT16 -> floats;
        };
    }

    /**
     * A constant of a loss, such as a factor, in memory that torch owns.
     *
     * <p>Inside a {@link Graph} write {@code x.mul(Torch.scalar(manager, 2))} and not {@code x.mul(2)}: the library puts a plain number
     * into memory that Java may free before the backward reads it.
     */
    public static NDArray scalar(NDManager manager, double value) {
        return manager.full(new Shape(), (float) value, DataType.FLOAT32);
    }

    /** Runs a computation without gradients in the scope that is open: its arrays stay. */
    static <T> T withoutGradients(Supplier<T> computation) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            return computation.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Runs a computation without gradients; every array that it makes is closed at its end, so return none. */
    public static <T> T scoped(Supplier<T> computation) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return withoutGradients(computation);
        }
    }

    /**
     * Records what is computed on this thread, so that {@link #backward(NDArray)} finds the gradients. Every array that is made before
     * {@link #close} is freed then: read the numbers you want inside. Constants of a loss are made with {@link #scalar} or
     * {@link #tensor}.
     */
    public static final class Graph implements AutoCloseable {

        private final boolean before = JniUtils.isGradMode();
        private final NDScope scope;

        /** Begins to record. */
        public Graph() {
            JniUtils.setGradMode(true);
            scope = new NDScope();
            scope.suppressNotUsedWarning();
        }

        @Override
        public void close() {
            scope.close();
            JniUtils.setGradMode(before);
        }
    }

    /**
     * Adds the gradient of a loss to that of every parameter it depends on; inside a {@link Graph}.
     *
     * @param loss a scalar array
     * @return the loss as a number
     */
    public static double backward(NDArray loss) {
        double number = loss.toType(DataType.FLOAT64, false).getDouble();
        NDArray one = loss.getManager().ones(loss.getShape(), loss.getDataType());
        JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        return number;
    }

    /** Computes a loss in a graph of its own and adds its gradient to that of every parameter it depends on. */
    public static double backward(Supplier<NDArray> loss) {
        try (Graph graph = new Graph()) {
            return backward(loss.get());
        }
    }

    /** Runs a computation that asks for gradients by itself; every array that it makes is closed at its end, so return none. */
    static <T> T withGradients(Supplier<T> computation) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return computation.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Takes arrays out of the scope that is open on this thread: they now live until their manager closes. */
    static NDList keep(NDList arrays) {
        NDScope.unregister(arrays);
        return arrays;
    }

    /** Takes an array out of the scope that is open on this thread: it now lives until its manager closes. */
    public static NDArray keep(NDArray array) {
        NDScope.unregister(array);
        return array;
    }
}
