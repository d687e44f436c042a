// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest.FieldViolation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ApiErrorsTest {

    @Test
    void namesEveryFieldInMessageAndDetails() {
        // Given
        List<String> problems = List.of("spec.batch_size: too small", "spec.max_steps: too large");

        // When
        StatusRuntimeException failure = ApiErrors.invalid(problems);

        // Then
        assertThat(failure.getStatus().getDescription())
                .isEqualTo("spec.batch_size: too small; spec.max_steps: too large");
        assertThat(ApiErrors.fields(failure))
                .extracting(FieldViolation::getField)
                .containsExactly("spec.batch_size", "spec.max_steps");
        assertThat(ApiErrors.fields(failure).get(1).getDescription()).isEqualTo("too large");
    }

    @Test
    void turnsEveryFailureIntoAStatus() {
        // Given
        StatusRuntimeException status = ApiErrors.notFound("student", "x");

        // When
        List<Status.Code> codes = List.of(
                ApiErrors.of(status).getStatus().getCode(),
                ApiErrors.of(new TimeoutException("late")).getStatus().getCode(),
                ApiErrors.of(new RejectedExecutionException()).getStatus().getCode(),
                ApiErrors.of(new IllegalStateException("secret")).getStatus().getCode());

        // Then
        assertThat(codes)
                .containsExactly(
                        Status.Code.NOT_FOUND,
                        Status.Code.UNAVAILABLE,
                        Status.Code.RESOURCE_EXHAUSTED,
                        Status.Code.INTERNAL);
        assertThat(ApiErrors.of(new IllegalStateException("secret")).getMessage())
                .doesNotContain("secret");
        assertThat(ApiErrors.fields(status)).isEmpty();
    }

    @Test
    void hasAnHttpStatusForEveryCode() {
        // Given
        List<Status.Code> codes = Arrays.asList(Status.Code.values());

        // When
        List<Integer> http = codes.stream().map(ApiErrors::httpStatus).toList();

        // Then
        assertThat(http).allMatch(status -> status >= 200 && status < 600);
        assertThat(ApiErrors.httpStatus(Status.Code.UNAUTHENTICATED)).isEqualTo(401);
        assertThat(ApiErrors.httpStatus(Status.Code.UNAVAILABLE)).isEqualTo(503);
    }

    @Test
    void repeatsOnlyHarmlessText() {
        // Given
        String text = "a\nb" + "x".repeat(100);

        // When
        String shown = ApiErrors.shown(text);

        // Then
        assertThat(shown).startsWith("a?bx").endsWith("...").hasSize(83);
    }
}
