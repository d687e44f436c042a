// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import io.wildstream.contracts.sample.References;
import io.wildstream.contracts.sample.SampleFormat;
import io.wildstream.contracts.sample.TensorType;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.ApiErrors;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a sample before it costs anything: its id, source, content type and size, the form of a reference. It does not
 * decode the payload, nor fetch it: the teacher finds out whether that is the image that it claims to be.
 */
public final class SampleCheck {

    private static final int LONGEST_TEXT = 256;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern TENSOR_PARAMETER = Pattern.compile("\\s*([a-z]+)\\s*=\\s*\"?([^\";]+?)\"?\\s*");
    private static final Pattern SHAPE = Pattern.compile("\\s*[1-9]\\d{0,5}\\s*(,\\s*[1-9]\\d{0,5}\\s*)*");

    private final int maxPayload;

    /** @param maxPayload largest payload, bytes */
    public SampleCheck(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    /**
     * What is wrong with a sample.
     *
     * @param reason for the metrics
     * @param field the field at fault, such as {@code sample.id}
     * @param problem in words
     */
    public record Problem(Refusal reason, String field, String problem) {

        /** Field and problem, as a caller reads them. */
        public String text() {
            return field + ": " + problem;
        }
    }

    /** The problem of a request without a sample. */
    static final Problem NO_SAMPLE = new Problem(Refusal.NO_SAMPLE, "sample", "is missing");

    private static final Problem NO_ID =
            new Problem(Refusal.ID, "sample.id", "is empty, but a call that deduplicates needs an id for each sample");

    /**
     * The first problem of a sample, or null when there is none.
     *
     * @param deduplicate whether the sample needs an id
     */
    public @Nullable Problem problem(Sample sample, boolean deduplicate) {
        Problem problem = problem(sample);
        return problem == null && deduplicate && sample.getId().isEmpty() ? NO_ID : problem;
    }

    /**
     * The first problem of a sample and of the output that comes with it, or null when there is none.
     *
     * @param outputSender name of the caller when it may send outputs
     */
    @Nullable Problem problem(Sample sample, boolean deduplicate, @Nullable String outputSender) {
        Problem problem = problem(sample, deduplicate);
        return problem != null ? problem : SentOutput.problem(sample, outputSender);
    }

    private @Nullable Problem problem(Sample sample) {
        Problem text = text(Refusal.ID, "sample.id", sample.getId());
        if (text == null) {
            text = text(Refusal.SOURCE, "sample.source", sample.getSource());
        }
        boolean byReference = sample.hasReference();
        if (text == null && !(byReference && sample.getContentType().isEmpty())) {
            text = contentType(sample.getContentType());
        }
        if (text != null) {
            return text;
        }
        return byReference ? reference(sample) : payload(sample.getPayload().size());
    }

    private @Nullable Problem reference(Sample sample) {
        if (!sample.getPayload().isEmpty()) {
            return new Problem(
                    Refusal.REFERENCE, "sample.reference", "is there together with a payload; send one of the two");
        }
        String problem = References.problem(sample.getReference());
        if (!problem.isEmpty()) {
            String[] parts = problem.split(": ", 2);
            return new Problem(Refusal.REFERENCE, "sample.reference." + parts[0], parts[1]);
        }
        long size = sample.getReference().getSizeBytes();
        return size <= maxPayload
                ? null
                : new Problem(
                        Refusal.TOO_LARGE,
                        "sample.reference.size_bytes",
                        "is " + size + "; at most " + maxPayload + " bytes are allowed");
    }

    private static @Nullable Problem text(Refusal reason, String field, String value) {
        if (value.length() > LONGEST_TEXT) {
            return new Problem(
                    reason, field, "has " + value.length() + " characters; at most " + LONGEST_TEXT + " are allowed");
        }
        return CONTROL.matcher(value).find() ? new Problem(reason, field, "contains control characters") : null;
    }

    private @Nullable Problem payload(int size) {
        if (size == 0) {
            return new Problem(Refusal.EMPTY, "sample.payload", "is empty, and there is no reference");
        }
        return size <= maxPayload
                ? null
                : new Problem(
                        Refusal.TOO_LARGE,
                        "sample.payload",
                        "has " + size + " bytes; at most " + maxPayload + " are allowed");
    }

    private static @Nullable Problem contentType(String value) {
        SampleFormat format = value.length() > LONGEST_TEXT
                ? null
                : SampleFormat.ofContentType(value).orElse(null);
        boolean known = format == SampleFormat.TENSOR ? isTensor(value.split(";", -1)) : format != null;
        return known ? null : contentTypeProblem(value);
    }

    private static boolean isTensor(String[] parts) {
        boolean dtype = false;
        boolean shape = false;
        for (int i = 1; i < parts.length; i++) {
            var parameter = TENSOR_PARAMETER.matcher(parts[i]);
            if (!parameter.matches()) {
                return false;
            }
            switch (parameter.group(1)) {
                case "dtype" -> dtype = TensorType.ofText(parameter.group(2)).isPresent();
                case "shape" -> shape = SHAPE.matcher(parameter.group(2)).matches();
                default -> {
                    return false;
                }
            }
        }
        return dtype && shape;
    }

    private static Problem contentTypeProblem(String value) {
        return new Problem(
                Refusal.CONTENT_TYPE,
                "sample.content_type",
                "'" + ApiErrors.shown(value) + "': " + SampleFormat.EXPECTED);
    }
}
