// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Outputs of the teacher that clients send with samples: which are taken, and under whose name. Whether one is of the teacher that answers
 * is for that teacher to say.
 */
final class SentOutput {

    private static final String FIELD = "sample.output";
    private static final int MAX_VALUES = 1 << 20;
    private static final int LONGEST_NAME = 256;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

    private SentOutput() {}

    /**
     * What is wrong with the output that comes with a sample; null when nothing is, or there is none.
     *
     * @param sender name of the caller when it may send outputs
     */
    static SampleCheck.@Nullable Problem problem(Sample sample, @Nullable String sender) {
        if (!sample.hasOutput()) {
            return null;
        }
        if (sender == null) {
            return new SampleCheck.Problem(
                    Refusal.OUTPUT_NOT_ALLOWED,
                    FIELD,
                    "may not be sent by this caller; wildstream.gateway.output-tokens names those who may");
        }
        PrecomputedOutput output = sample.getOutput();
        if (output.getTeacher().length() > LONGEST_NAME) {
            return bad(
                    ".teacher",
                    "has " + output.getTeacher().length() + " characters; at most " + LONGEST_NAME + " are allowed");
        }
        if (!DIGEST.matcher(output.getDigest()).matches()) {
            return bad(".digest", "is not 64 hexadecimal digits, the SHA-256 of the teacher's model.pt");
        }
        return values(output);
    }

    private static SampleCheck.@Nullable Problem values(PrecomputedOutput output) {
        if (output.getLogitsCount() < 2 || output.getLogitsCount() > MAX_VALUES) {
            return bad(".logits", "has " + output.getLogitsCount() + " values, expected one for each class");
        }
        if (output.getFeaturesCount() > MAX_VALUES) {
            return bad(
                    ".features",
                    "has " + output.getFeaturesCount() + " values, at most " + MAX_VALUES + " are allowed");
        }
        if (!finite(output.getLogitsList())) {
            return bad(".logits", "holds a value that is not finite");
        }
        if (!finite(output.getFeaturesList())) {
            return bad(".features", "holds a value that is not finite");
        }
        if (output.getFeaturesCount() == 0 && !output.hasFeatureNorm()) {
            return bad(".feature_norm", "is missing, and there are no features");
        }
        float norm = output.getFeatureNorm();
        return norm >= 0 && Float.isFinite(norm)
                ? null
                : bad(".feature_norm", "is " + norm + ", expected a finite number that is not negative");
    }

    private static boolean finite(List<Float> values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static SampleCheck.Problem bad(String field, String problem) {
        return new SampleCheck.Problem(Refusal.OUTPUT, FIELD + field, problem);
    }

    /** The sample with the name of who sent its output, whatever the client wrote there. */
    static Sample signed(Sample sample, @Nullable String sender) {
        return !sample.hasOutput() || sender == null
                ? sample
                : sample.toBuilder()
                        .setOutput(sample.getOutput().toBuilder().setSender(sender))
                        .build();
    }
}
