// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.torch.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.wildstream.engine.torch.TensorFile;
import io.wildstream.engine.torch.Torch;
import java.util.SortedMap;
import java.util.TreeMap;

/** One zero-initialised array per parameter: a running average of an optimizer. */
final class Moments {

    private final String suffix;
    private final SortedMap<String, NDArray> byParameter = new TreeMap<>();

    /** Moments named {@code <parameter>.<suffix>}, owned by the manager. */
    Moments(NDManager manager, SortedMap<String, NDArray> parameters, String suffix) {
        this.suffix = suffix;
        parameters.forEach((name, parameter) -> {
            NDArray moment = Torch.keep(manager.zeros(parameter.getShape(), parameter.getDataType()));
            moment.setName(name + "." + suffix);
            byParameter.put(name, moment);
        });
    }

    NDArray of(String parameter) {
        NDArray moment = byParameter.get(parameter);
        if (moment == null) {
            throw new IllegalArgumentException("No parameter '" + parameter + "' with a " + suffix);
        }
        return moment;
    }

    NDList arrays() {
        return new NDList(byParameter.values());
    }

    void restore(NDList state) {
        SortedMap<String, NDArray> byName = new TreeMap<>();
        byParameter.values().forEach(array -> byName.put(array.getName(), array));
        TensorFile.copyByName(state, byName);
    }
}
