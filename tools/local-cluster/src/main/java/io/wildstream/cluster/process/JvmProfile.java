// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster.process;

import java.util.List;

/** What the Java machines of a cluster's services are made for. */
public enum JvmProfile {

    /** A cluster that runs for long: code that is hot is compiled well. */
    LONG_RUN,

    /** A cluster that runs for minutes: the second compiler would cost 40 % more processor time than the whole run needs without it. */
    SHORT_RUN,

    /** A cluster that is watched for leaks: each process takes its whole heap at its start, so that what it takes later is not heap. */
    WHOLE_HEAP;

    /** Command line options of a process with this heap, such as {@code 384m}. */
    public List<String> options(String heap) {
        return switch (this) {
            case LONG_RUN -> List.of();
            case SHORT_RUN -> List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=128m");
            case WHOLE_HEAP -> List.of("-Xms" + heap, "-XX:+AlwaysPreTouch");
        };
    }
}
