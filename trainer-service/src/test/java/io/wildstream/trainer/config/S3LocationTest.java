// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.reference.S3Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {

    @ParameterizedTest
    @CsvSource({
        "s3://bucket,bucket,''",
        "s3://bucket/,bucket,''",
        "s3://my.bucket-1/some/prefix/,my.bucket-1,some/prefix",
        "s3://bucket//a/,bucket,a"
    })
    void aUrlNamesABucketAndAPrefix(String url, String bucket, String prefix) {
        // When
        S3Location location = S3Location.of(url).orElseThrow();

        // Then
        assertThat(location.bucket()).isEqualTo(bucket);
        assertThat(location.prefix()).isEqualTo(prefix);
        assertThat(location.url()).isEqualTo("s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix));
        assertThat(location.store().pathStyle()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3:/bucket", "s3://", "s3://Bucket", "s3://b", "s3://bucket/with space", "/directory"})
    void anotherFormIsNotALocation(String url) {
        assertThat(S3Location.of(url)).isEmpty();
        assertThat(S3Location.isMeantBy(url)).isEqualTo(url.startsWith("s3:"));
    }

    @Test
    void keysAreBelowThePrefix() {
        assertThat(S3Location.of("s3://bucket/p").orElseThrow().key("anna/7")).isEqualTo("p/anna/7");
        assertThat(S3Location.of("s3://bucket").orElseThrow().key("anna/7")).isEqualTo("anna/7");
    }

    @Test
    void aSecretIsNotPrinted() {
        assertThat(new S3Endpoint.Credentials("key", "secret")).hasToString("access key key");
    }
}
