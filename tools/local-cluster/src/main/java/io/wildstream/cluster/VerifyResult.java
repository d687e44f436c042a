// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a second trainer came to that learned a student again from the beginning of its curriculum: its {@code verify.json}.
 *
 * @param student id
 * @param step last step
 * @param trained selected samples learned
 * @param weightsSha256 digest of the weights, to be compared with that of the committed checkpoint
 * @param seconds that it took
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VerifyResult(String student, long step, long trained, String weightsSha256, double seconds) {}
