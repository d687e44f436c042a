// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import com.google.protobuf.ByteString;
import io.wildstream.contracts.v1.Reference;

/**
 * What was found at an address.
 *
 * @param bytes all of it
 * @param reference the address, with the digest and the size of the bytes as they were measured
 */
public record Fetched(ByteString bytes, Reference reference) {}
