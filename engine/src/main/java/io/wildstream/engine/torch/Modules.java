// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.wildstream.engine.ModelDescription;
import io.wildstream.engine.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Loads TorchScript modules and makes sure that they answer as (logits, features). */
final class Modules {

    private static final String BUFFERS_METHOD = "wildstream_buffers";
    private static final String LOGITS = "logits";
    private static final String FEATURES = "features";

    private Modules() {}

    /** Loads a module for inference or for training; the device is the manager's. */
    static PtSymbolBlock load(NDManager manager, Path directory, boolean training) {
        return load(manager, directory, ModelDescription.MODULE_FILE, training);
    }

    /** Loads one of a directory's modules. */
    static PtSymbolBlock load(NDManager manager, Path directory, String name, boolean training) {
        Path file = directory.resolve(name);
        requireArchive(directory, file);
        try {
            return JniUtils.loadModule((PtNDManager) manager, file, true, new String[0], new String[0], training);
        } catch (RuntimeException e) {
            throw new ModelException(
                    file + " is not a TorchScript module that libtorch " + Torch.version() + " can read: "
                            + firstLine(e) + "; make it with " + exportCommand(directory),
                    e);
        }
    }

    /** Loads a module from the bytes that {@link JniUtils#writeModule} wrote, for inference. */
    static PtSymbolBlock load(NDManager manager, byte[] module) {
        try {
            return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(module), true, false);
        } catch (IOException e) {
            throw new ModelException("Cannot read a module from memory", e);
        }
    }

    /** A truncated file can bring libtorch's reader down; a zip archive is whole when its end record is there. */
    private static void requireArchive(Path directory, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(4);
            if (head.length < 4 || head[0] != 'P' || head[1] != 'K') {
                throw new ModelException(
                        file + " is not a TorchScript archive; make it with " + exportCommand(directory));
            }
        } catch (IOException e) {
            throw new ModelException("Cannot read " + file, e);
        }
    }

    /**
     * Runs a module that was proven.
     *
     * @param training whether the thread's gradient mode counts; without it the outputs can never have a gradient
     * @return logits and features, float32
     */
    static NDList forward(PtSymbolBlock module, NDArray images, boolean training) {
        NDList outputs = inOrder(rawForward(module, images, training));
        return new NDList(float32(outputs.get(0)), float32(outputs.get(1)));
    }

    /** What a module gives, as it gives it. */
    static NDList rawForward(PtSymbolBlock module, NDArray images, boolean training) {
        return IValueUtils.forward(module, new NDList(images), training);
    }

    /** Logits first: by their names when they have any. */
    static NDList inOrder(NDList outputs) {
        return areNamed(outputs) && outputs.get(0).getName().equals(FEATURES)
                ? new NDList(outputs.get(1), outputs.get(0))
                : outputs;
    }

    /** Whether a module gives a dictionary of logits and features. */
    static boolean areNamed(NDList outputs) {
        return outputs.size() == 2 && Set.copyOf(names(outputs)).equals(Set.of(LOGITS, FEATURES));
    }

    /** Names of the arrays that have one. */
    static List<String> names(NDList outputs) {
        return outputs.stream()
                .map(NDArray::getName)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }

    /** An array of floats of any size as float32. */
    static NDArray float32(NDArray array) {
        return array.getDataType() == DataType.FLOAT32 ? array : array.toType(DataType.FLOAT32, false);
    }

    /**
     * The module's buffers by name, in place: what its method {@code wildstream_buffers} gives, which export.py adds because
     * libtorch's Java binding lists parameters only.
     */
    static NDList buffers(PtSymbolBlock module, NDManager manager, Path directory) {
        if (!List.of(JniUtils.getMethodNames(module)).contains(BUFFERS_METHOD)) {
            throw new ModelException(directory + ": the module has no method " + BUFFERS_METHOD
                    + ", so that its buffers cannot be saved with a checkpoint; export it with "
                    + exportCommand(directory));
        }
        try (IValue named = IValueUtils.runMethod(module, BUFFERS_METHOD)) {
            return named.toNDList((PtNDManager) manager);
        }
    }

    /** The command that makes a model directory of a PyTorch module. */
    static String exportCommand(Path directory) {
        return "'python deploy/models/export.py --module package.module:callable --weights weights.pt --input C,H,W --classes K --output "
                + directory + "'";
    }

    /** The last line of what libtorch says of a network that ran: the error itself, which stands after its trace. */
    static String lastLine(Throwable e) {
        return String.valueOf(e.getMessage()).strip().lines().reduce("", (line, next) -> next);
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage()).strip();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
