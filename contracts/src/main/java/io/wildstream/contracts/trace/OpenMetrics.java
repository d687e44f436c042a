// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.trace;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The OpenMetrics format, whose exemplars link a measurement to a trace. */
public final class OpenMetrics {

    /** Its content type. */
    public static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final String NAME = "application/openmetrics-text";
    private static final String PLAIN = "text/plain";
    private static final Pattern EXEMPLAR_OF_COUNT =
            Pattern.compile("(?m)^([A-Za-z0-9_:]+_count[ {].*) # \\{[^{}]*\\} \\S+( \\S+)?$");

    private OpenMetrics() {}

    /**
     * Whether a reader of metrics prefers this format.
     *
     * @param accept the header {@code Accept}, in order of preference as Prometheus writes it
     */
    public static boolean isPreferred(@Nullable String accept) {
        int own = accept == null ? -1 : accept.indexOf(NAME);
        int plain = accept == null ? -1 : accept.indexOf(PLAIN);
        return own >= 0 && (plain < 0 || own < plain);
    }

    /** The same metrics without exemplars of {@code _count}, for which Prometheus before 2.43 refuses the whole scrape. */
    public static String forAllReaders(String metrics) {
        return EXEMPLAR_OF_COUNT.matcher(metrics).replaceAll("$1");
    }
}
