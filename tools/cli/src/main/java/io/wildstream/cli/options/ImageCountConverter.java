// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.options;

import io.wildstream.lab.data.mixture.WildMixture;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of images, or {@code all}. */
public final class ImageCountConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
        if (value.equals("all")) {
            return WildMixture.ALL;
        }
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' is neither a number nor 'all'");
        }
    }
}
