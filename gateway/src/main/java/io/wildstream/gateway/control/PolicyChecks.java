// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.control;

import io.wildstream.contracts.SelectionPolicies;
import io.wildstream.contracts.v1.SelectionPolicy;
import io.wildstream.gateway.ApiErrors;
import org.jspecify.annotations.Nullable;

/** Refuses a selection policy that no selector could run, naming the field. */
public final class PolicyChecks {

    private PolicyChecks() {}

    /** Fails with INVALID_ARGUMENT unless a selector could run the policy. */
    public static void check(SelectionPolicy policy) {
        SelectionPolicies.problem(policy).ifPresent(problem -> {
            if (problem.field().isEmpty()) {
                throw ApiErrors.invalid("policy", "is empty; set " + problem.allowed());
            }
            throw ApiErrors.invalid(
                    "policy." + problem.field(), "must be " + problem.allowed() + ", got " + problem.value());
        });
    }

    /**
     * Fails with INVALID_ARGUMENT if a curriculum cannot change to a policy: {@code two_pass} writes the selection from a whole log, and
     * writes it once.
     *
     * @param before the policy that it has, null for a new curriculum
     */
    static void checkChange(@Nullable SelectionPolicy before, SelectionPolicy policy) {
        if (before == null || before.equals(policy)) {
            return;
        }
        if (before.hasTwoPass() || policy.hasTwoPass()) {
            throw ApiErrors.invalid(
                    "policy.two_pass",
                    "a curriculum keeps this policy unchanged from its beginning; choose another curriculum");
        }
    }
}
