// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Offsets such as {@code 3-7} or {@code 12}. */
public final class OffsetsConverter implements ITypeConverter<Offsets> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

    @Override
    public Offsets convert(String value) {
        Matcher form = FORM.matcher(value);
        if (form.matches()) {
            long first = Long.parseLong(form.group(1));
            long last = form.group(2) == null ? first : Long.parseLong(form.group(2));
            if (first <= last) {
                return new Offsets(first, last);
            }
        }
        throw new TypeConversionException("'" + value + "' is not a range of offsets, for example 3-7 or 12");
    }
}
