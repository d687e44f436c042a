// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleFormatTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image/png|PNG",
                "IMAGE/PNG ; charset=binary|PNG",
                "image/jpeg|JPEG",
                "image/jpg|JPEG",
                "application/x-tensor;dtype=uint8;shape=1,2,2|TENSOR",
                "image/webp|WEBP",
                "image/gif|GIF",
                "image/x-ms-bmp|BMP",
                "image/tiff|TIFF",
                "image/svg+xml|",
                "image/pngx|",
                "''|"
            })
    void knowsAContentType(String contentType, SampleFormat expected) {
        assertThat(SampleFormat.ofContentType(contentType).orElse(null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "89504e470d0a1a0a00,PNG",
        "ffd8ffe0,JPEG",
        "ffd8ff,JPEG",
        "524946460a000000574542505650,WEBP",
        "474946383761,GIF",
        "474946383961,GIF",
        "424d9a000000000000003600,BMP",
        "424d6173696320746578742e,",
        "49492a0008,TIFF",
        "4d4d002a00,TIFF",
        "ffd8,",
        "89504e47,",
        "52494646,",
        "524946460a00000041564920,",
        "'',"
    })
    void knowsAFileByItsFirstBytes(String hex, SampleFormat expected) {
        assertThat(SampleFormat.ofFirstBytes(HexFormat.of().parseHex(hex)).orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void needsNoMoreThanTheFirstBytes() {
        byte[] webp = HexFormat.of().parseHex("524946460a000000574542505650");

        assertThat(SampleFormat.ofFirstBytes(Arrays.copyOf(webp, SampleFormat.FIRST_BYTES)))
                .contains(SampleFormat.WEBP);
    }

    @Test
    void sendsWhatItTakes() {
        for (SampleFormat format : SampleFormat.values()) {
            assertThat(SampleFormat.ofContentType(format.mediaType())).contains(format);
        }
    }
}
