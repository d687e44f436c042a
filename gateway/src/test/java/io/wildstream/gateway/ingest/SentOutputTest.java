// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.PrecomputedOutput;
import io.wildstream.contracts.v1.Sample;
import io.wildstream.gateway.GatewayMetrics.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentOutputTest {

    private static final PrecomputedOutput GOOD = PrecomputedOutput.newBuilder()
            .setDigest("0123456789abcdefABCDEF0123456789".repeat(2))
            .addLogits(1)
            .addLogits(-2)
            .addFeatures(3)
            .build();

    @Test
    void asksWhoSendsAnOutputOnlyWhereThereIsOne() {
        assertThat(SentOutput.problem(Sample.getDefaultInstance(), null)).isNull();
        assertThat(SentOutput.problem(sample(GOOD), "a")).isNull();
        assertThat(SentOutput.problem(sample(GOOD), null).reason()).isEqualTo(Refusal.OUTPUT_NOT_ALLOWED);
        assertThat(SentOutput.problem(sample(PrecomputedOutput.getDefaultInstance()), null)
                        .reason())
                .as("an empty one is one too")
                .isEqualTo(Refusal.OUTPUT_NOT_ALLOWED);
    }

    @Test
    void namesTheFieldThatIsWrong() {
        // Given
        Map<String, PrecomputedOutput.Builder> bad = new LinkedHashMap<>();
        bad.put("teacher: has 257", GOOD.toBuilder().setTeacher("x".repeat(257)));
        bad.put("digest: is not 64", GOOD.toBuilder().clearDigest());
        bad.put("digest: is", GOOD.toBuilder().setDigest("g".repeat(64)));
        bad.put("logits: has 0", GOOD.toBuilder().clearLogits());
        bad.put("logits: has 1 ", GOOD.toBuilder().clearLogits().addLogits(1));
        bad.put("logits: holds", GOOD.toBuilder().addLogits(Float.NaN));
        bad.put("features: holds", GOOD.toBuilder().addFeatures(Float.NEGATIVE_INFINITY));
        bad.put("features: has 1048577", GOOD.toBuilder().addAllFeatures(java.util.Collections.nCopies(1 << 20, 1f)));
        bad.put("logits: has 1048578", GOOD.toBuilder().addAllLogits(java.util.Collections.nCopies(1 << 20, 1f)));
        bad.put("feature_norm: is missing", GOOD.toBuilder().clearFeatures());
        bad.put("feature_norm: is -1.0", GOOD.toBuilder().clearFeatures().setFeatureNorm(-1));
        bad.put("feature_norm: is NaN", GOOD.toBuilder().clearFeatures().setFeatureNorm(Float.NaN));

        // When // Then
        bad.forEach((text, output) -> assertThat(SentOutput.problem(sample(output.build()), "a"))
                .satisfies(problem -> assertThat(problem.reason()).isEqualTo(Refusal.OUTPUT))
                .extracting(SampleCheck.Problem::text)
                .asString()
                .startsWith("sample.output." + text));
    }

    @Test
    void writesTheNameOfTheCallerOverWhatItSaysItself() {
        Sample forged = sample(GOOD.toBuilder().setSender("b").build());

        assertThat(List.of(SentOutput.signed(forged, "a"), SentOutput.signed(sample(GOOD), "a")))
                .allSatisfy(signed -> assertThat(signed.getOutput().getSender()).isEqualTo("a"));
        assertThat(SentOutput.signed(Sample.getDefaultInstance(), "a").hasOutput())
                .isFalse();
    }

    private static Sample sample(PrecomputedOutput output) {
        return Sample.newBuilder().setOutput(output).build();
    }
}
