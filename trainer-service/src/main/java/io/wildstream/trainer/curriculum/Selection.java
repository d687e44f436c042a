// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.curriculum;

/**
 * Why a sample is in the curriculum.
 *
 * @param source where the sample came from
 * @param policyGeneration generation of the policy that kept it
 * @param noiseValue in [0, ln K]
 * @param threshold up to which its class was kept then; +infinity where the policy has none
 * @param sampleTimeMillis when the sample was stored, by the broker's clock, milliseconds since 1970; 0 when unknown
 */
public record Selection(
        String source, long policyGeneration, double noiseValue, double threshold, long sampleTimeMillis) {}
