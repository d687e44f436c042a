// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.v1.Reference;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "s3://photos/a/b c.jpg, s3://photos/a/b c.jpg, s3://photos",
        "S3://photos/图.jpg, s3://photos/图.jpg, s3://photos",
        "s3://photos/a%20b?c#d, s3://photos/a%20b?c#d, s3://photos",
        "https://Example.COM, https://example.com/, https://example.com:443",
        "https://example.com:8443/a%20b?x=1, https://example.com:8443/a%20b?..., https://example.com:8443",
        "https://example.com./a, https://example.com/a, https://example.com:443",
        "http://minio:9000/a, http://minio:9000/a, http://minio:9000",
        "https://[::1]:9/a, https://[::1]:9/a, https://[::1]:9",
        "file:///data/a%20b.jpg, file:///data/a b.jpg, file:",
        "file:/data/%E5%9B%BE.jpg, file:///data/图.jpg, file:"
    })
    void parses(String text, String address, String source) {
        assertThat(Address.parse(text)).hasToString(address);
        assertThat(Address.parse(text).source()).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "photo.jpg",
                "/data/photo.jpg",
                "ftp://host/a",
                "data:image/png;base64,AAAA",
                "jar:file:///a.jar!/b",
                "s3://photos",
                "s3://photos/",
                "s3:///key",
                "s3://Photos/key",
                "s3://photos/a/../../secrets/b",
                "s3://photos/..",
                "s3://photos/a/./b",
                "s3://photos/a\nb",
                "https://user:password@host/a",
                "https://user@host/a",
                "https://host/a#part",
                "https:///a",
                "https:host/a",
                "https://host:0/a",
                "https://host:65536/a",
                "https://host name/a",
                "https://ho%73t/a",
                "https://0x7f.1/a",
                "https://127.1/a",
                "https://[fe80::1%25eth0]/a",
                "https://host\\@other/a",
                "https://a..b/c",
                "file://host/data/a",
                "file:data/a",
                "file:///data/a?b",
                "file:///data/a#b",
                "file:///data/a%00b",
                "file:///data/a b"
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boundsTheLength() {
        String longest = "s3://photos/" + "x".repeat(Address.MAX_LENGTH - 12);

        assertThat(Address.parse(longest)).isInstanceOf(Address.S3Object.class);
        assertThatThrownBy(() -> Address.parse(longest + "x")).hasMessageContaining("2049 characters");
        assertThatThrownBy(() -> Address.parse("ftp://" + "x".repeat(1000)))
                .message()
                .hasSizeLessThan(400);
    }

    @Test
    void keepsStepsOfAPathForTheAllowListToSee() {
        assertThat(Address.parse("file:///data/../etc/passwd"))
                .isEqualTo(new Address.LocalFile(Path.of("/data/../etc/passwd")));
    }

    @Test
    void saysWhichFieldOfAReferenceIsWrong() {
        Reference right = Reference.newBuilder()
                .setAddress("s3://photos/a")
                .setSha256("A".repeat(64))
                .setSizeBytes(3)
                .build();

        assertThat(References.problem(right)).isEmpty();
        assertThat(References.problem(right.toBuilder().setAddress("").build()))
                .startsWith("address: has 0 characters");
        assertThat(References.problem(right.toBuilder().setAddress("photo").build()))
                .startsWith("address: 'photo'");
        assertThat(References.problem(right.toBuilder().setSha256("abc").build()))
                .startsWith("sha256: ");
        assertThat(References.problem(right.toBuilder().setSizeBytes(-1).build()))
                .startsWith("size_bytes: ");
    }
}
