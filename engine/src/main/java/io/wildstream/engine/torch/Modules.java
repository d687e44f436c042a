// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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

/** Loads TorchScript modules and makes sure that they answer as (logits, features). */
final class Modules {

    private static final String BUFFERS_METHOD = "wildstream_buffers";

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
     * Runs a module.
     *
     * @param training whether the thread's gradient mode counts; without it the outputs can never have a gradient
     */
    static NDList forward(PtSymbolBlock module, NDArray images, boolean training) {
        return IValueUtils.forward(module, new NDList(images), training);
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

    /** Runs the module once on zeros and refuses one that does not answer as its description says. */
    static void check(PtSymbolBlock module, NDManager manager, ModelDescription description, Path directory) {
        int count = 2;
        Torch.scoped(() -> {
            NDArray zeros = manager.zeros(new Shape(
                    count,
                    description.input().channels(),
                    description.input().height(),
                    description.input().width()));
            NDList outputs = runOnce(module, zeros, directory);
            if (outputs.size() != 2) {
                throw refused(
                        directory, "forward gives " + outputs.size() + " array" + (outputs.size() == 1 ? "" : "s"));
            }
            requireShape(outputs.get(0), "logits", new Shape(count, description.classCount()), directory);
            requireShape(outputs.get(1), "features", new Shape(count, description.featureSize()), directory);
            return true;
        });
    }

    private static NDList runOnce(PtSymbolBlock module, NDArray zeros, Path directory) {
        try {
            return forward(module, zeros, false);
        } catch (RuntimeException e) {
            throw new ModelException(
                    directory + ": the module cannot run on an input of shape " + zeros.getShape() + ": " + firstLine(e)
                            + "; make it with " + exportCommand(directory),
                    e);
        }
    }

    private static void requireShape(NDArray output, String what, Shape expected, Path directory) {
        if (!output.getShape().equals(expected)) {
            throw refused(directory, what + " have shape " + output.getShape() + " instead of " + expected);
        }
    }

    private static ModelException refused(Path directory, String found) {
        return new ModelException(directory + ": forward must give (logits[N,K], features[N,D]), but " + found
                + "; export it with " + exportCommand(directory));
    }

    /** The command that makes a model directory of a PyTorch module. */
    static String exportCommand(Path directory) {
        return "'python deploy/models/export.py --module package.module:callable --state state.pt --input C,H,W --classes K --output "
                + directory + "'";
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage()).strip();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
