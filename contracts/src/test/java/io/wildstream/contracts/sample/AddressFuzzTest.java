// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is an address of one of the forms, with nothing in it that leads elsewhere, or is refused with a short message. */
class AddressFuzzTest {

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyTextIsAnAddressOrRefused(byte[] input) {
        String text = new String(input, UTF_8);
        Address address;
        try {
            address = Address.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(500);
            return;
        }
        assertThat(text).hasSizeLessThanOrEqualTo(Address.MAX_LENGTH);
        if (address instanceof Address.S3Object object) {
            assertThat(address.source()).isEqualTo("s3://" + object.bucket());
            assertThat(object.key().split("/", -1)).doesNotContain(".", "..");
        } else if (address instanceof Address.Web web) {
            assertThat(web.url().getRawUserInfo()).isNull();
            assertThat(web.url().getRawFragment()).isNull();
            assertThat(web.url().getHost()).isEqualTo(web.host());
            assertThat(web.port()).isBetween(1, 65_535);
            assertThat(Address.parse(web.url().toString())).isEqualTo(web);
        } else if (address instanceof Address.LocalFile file) {
            assertThat(file.path().isAbsolute()).isTrue();
        }
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "s3://photos/a/b c.jpg",
                        "s3://photos/../secrets",
                        "https://Example.com:8443/a%20b?x=1",
                        "https://example.com./a",
                        "https://user@host/a#part",
                        "https://[::ffff:127.0.0.1]/a",
                        "https://2130706433/",
                        "http://minio:9000",
                        "https://host:/a",
                        "https://host:00080/a",
                        "https:///a",
                        "file:///data/%E5%9B%BE%20%00.jpg",
                        "file:///data/../etc/passwd",
                        "file://host/a",
                        "ftp://a/b",
                        "\u0000",
                        "x".repeat(3000))
                .map(text -> text.getBytes(UTF_8));
    }
}
