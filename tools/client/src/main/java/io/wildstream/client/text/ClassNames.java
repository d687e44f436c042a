// SPDX-License-Identifier: Apache-2.0
package io.wildstream.client.text;

import io.wildstream.contracts.v1.TrainingSpec;

/** What the classes of a student are called. */
final class ClassNames {

    private ClassNames() {}

    /** Number and name of a class, as two classes may have one name; the number alone where the spec names none. */
    static String of(TrainingSpec spec, int label) {
        return label < spec.getClassNamesCount()
                ? label + " " + TerminalText.printable(spec.getClassNames(label))
                : Integer.toString(label);
    }
}
