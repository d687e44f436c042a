// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While one of these is open, libtorch computes convolutions by its own code in the place of oneDNN's, in the whole process.
 *
 * <p>oneDNN 3.7.1, which libtorch 2.7.1 brings along, gives wrong gradients of a convolution by its input where the convolution has a
 * kernel above 1x1 and as many outputs as fill no whole registers: no multiple of 16 with AVX-512, of 8 with AVX2. It reads memory that
 * was never written for them too, so that they are NaN now and then. Measured on an AMD EPYC of the Zen 5 generation.
 *
 * <p>Students with such a layer behind their first ({@link GradientCheck}) and the learning of condensed images are computed so.
 *
 * <p>Where the library has no such switch, on Windows, nothing changes.
 */
final class OneDnnOff implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(OneDnnOff.class);
    private static final String CONTEXT = "_ZN2at13globalContextEv";
    private static final String SWITCH = "_ZN2at7Context20setUserEnabledMkldnnEb";

    /** How many are open. Guarded by the class. */
    private static int open;

    OneDnnOff() {
        synchronized (OneDnnOff.class) {
            if (open == 0) {
                enable(false);
            }
            open++;
        }
    }

    private static void enable(boolean on) {
        LOGGER.debug("convolutions by oneDNN={} libtorch={}", on, Torch.version());
        try {
            Path file = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"));
            NativeLibrary library = NativeLibrary.getInstance(file.toString());
            Pointer context = library.getFunction(CONTEXT).invokePointer(new Object[0]);
            library.getFunction(SWITCH).invokeVoid(new Object[] {context, (byte) (on ? 1 : 0)});
        } catch (UnsatisfiedLinkError e) {
            LOGGER.debug("oneDNN cannot be switched off cause={}", e.toString());
        }
    }

    @Override
    public void close() {
        synchronized (OneDnnOff.class) {
            if (--open == 0) {
                enable(true);
            }
        }
    }
}
