// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.TeacherOutput;

/** What a teacher output says of its sample, whether it holds the sample or its head alone. */
public final class OutputSamples {

    private OutputSamples() {}

    /** Id of the sample. */
    public static String id(TeacherOutput output) {
        return output.hasHead() ? output.getHead().getId() : output.getSample().getId();
    }

    /** Id of the sample as UTF-8, the key of its records. */
    public static ByteString idBytes(TeacherOutput output) {
        return output.hasHead()
                ? output.getHead().getIdBytes()
                : output.getSample().getIdBytes();
    }

    /** Where the sample came from. */
    public static String source(TeacherOutput output) {
        return output.hasHead()
                ? output.getHead().getSource()
                : output.getSample().getSource();
    }
}
