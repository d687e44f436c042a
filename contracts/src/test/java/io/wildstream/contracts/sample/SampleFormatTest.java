// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import static org.assertj.core.api.Assertions.assertThat;

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
                "image/webp|",
                "image/pngx|",
                "''|"
            })
    void knowsAContentType(String contentType, SampleFormat expected) {
        assertThat(SampleFormat.ofContentType(contentType).orElse(null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"89504e470d0a1a0a00,PNG", "ffd8ffe0,JPEG", "ffd8ff,JPEG", "ffd8,", "89504e47,", "52494646,", "'',"})
    void knowsAFileByItsFirstBytes(String hex, SampleFormat expected) {
        assertThat(SampleFormat.ofFirstBytes(HexFormat.of().parseHex(hex)).orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void sendsWhatItTakes() {
        for (SampleFormat format : SampleFormat.values()) {
            assertThat(SampleFormat.ofContentType(format.mediaType())).contains(format);
        }
    }
}
