// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.wildstream.contracts.v1.KeepRatePolicy;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.contracts.v1.TwoPassPolicy;
import org.junit.jupiter.api.Test;

class PolicyChecksTest {

    private static final SelectionPolicy TWO_PASS = SelectionPolicy.newBuilder()
            .setTwoPass(TwoPassPolicy.newBuilder().setKeep(10))
            .build();

    @Test
    void namesTheFieldAndWhatItMustBe() {
        // When
        StatusRuntimeException failure = failure(() -> PolicyChecks.check(keepRate(1.5)));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).isEqualTo("policy.keep_rate.rate: must be in (0, 1], got 1.5");
    }

    @Test
    void saysWhichPoliciesThereAre() {
        // When
        StatusRuntimeException failure = failure(() -> PolicyChecks.check(SelectionPolicy.getDefaultInstance()));

        // Then
        assertThat(failure.getStatus().getDescription())
                .isEqualTo("policy: is empty; set threshold, keep_rate, random, top_n_window or two_pass");
    }

    @Test
    void letsACurriculumChangeBetweenPoliciesOfAStream() {
        assertThatCode(() -> PolicyChecks.checkChange(null, TWO_PASS)).doesNotThrowAnyException();
        assertThatCode(() -> PolicyChecks.checkChange(TWO_PASS, TWO_PASS)).doesNotThrowAnyException();
        assertThatCode(() -> PolicyChecks.checkChange(keepRate(0.2), keepRate(0.3)))
                .doesNotThrowAnyException();
    }

    @Test
    void keepsTwoPassUnchanged() {
        // When
        StatusRuntimeException away = failure(() -> PolicyChecks.checkChange(TWO_PASS, keepRate(0.2)));
        StatusRuntimeException towards = failure(() -> PolicyChecks.checkChange(keepRate(0.2), TWO_PASS));

        // Then
        assertThat(away.getStatus().getDescription())
                .isEqualTo(towards.getStatus().getDescription())
                .startsWith("policy.two_pass: a curriculum keeps this policy unchanged");
    }

    private static SelectionPolicy keepRate(double rate) {
        return SelectionPolicy.newBuilder()
                .setKeepRate(KeepRatePolicy.newBuilder().setRate(rate))
                .build();
    }

    private static StatusRuntimeException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }
}
