// SPDX-License-Identifier: Apache-2.0
package io.wildstream.teacher.source;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.teacher.Refusal;
import io.wildstream.teacher.UnreadableRecordException;
import org.jspecify.annotations.Nullable;

/** An image that lies elsewhere: the record has its address and perhaps digest and size, as text. */
final class AddressField implements PayloadField {

    private final Texts texts;
    private final String prefix;

    /** Reads the fields of a value. */
    @FunctionalInterface
    interface Texts {

        /**
         * The texts of address, digest and size.
         *
         * @return three, of which the last two may be null
         * @throws UnreadableRecordException when the value has no address, or something else than text or a number
         */
        @Nullable String[] of(byte[] value) throws UnreadableRecordException;
    }

    AddressField(Texts texts, String prefix) {
        this.texts = texts;
        this.prefix = prefix;
    }

    @Override
    public void into(Sample.Builder sample, byte[] value) throws UnreadableRecordException {
        @Nullable String[] found = texts.of(value);
        Reference.Builder reference = Reference.newBuilder().setAddress(prefix + found[0]);
        if (found[1] != null) {
            reference.setSha256(found[1]);
        }
        if (found[2] != null) {
            reference.setSizeBytes(size(found[2]));
        }
        sample.setReference(reference);
    }

    private static long size(String text) throws UnreadableRecordException {
        try {
            long size = Long.parseLong(text);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UnreadableRecordException(
                Refusal.MALFORMED,
                "the field of wildstream.teacher.source.size-field holds '" + shown(text) + "', not a number of bytes");
    }

    private static String shown(String text) {
        return text.length() <= 50 ? text : text.substring(0, 50) + "...";
    }
}
