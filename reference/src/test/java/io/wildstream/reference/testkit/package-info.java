// SPDX-License-Identifier: Apache-2.0
/** What tests fetch from: an S3-compatible server and a web server that misbehaves as it is told. */
package io.wildstream.reference.testkit;
