// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.EndOfStream;
import io.wildstream.contracts.v1.Sample;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CloudEventsTest {

    @Test
    void carriesTheFourAttributes() {
        // When
        Headers headers = CloudEvents.headers(Sample.getDefaultInstance(), "é-1", "/wildstream/test");

        // Then
        assertThat(headers.toArray()).hasSize(4);
        assertThat(CloudEvents.text(headers, "ce_id")).isEqualTo("é-1");
        assertThat(CloudEvents.text(headers, "ce_source")).isEqualTo("/wildstream/test");
        assertThat(CloudEvents.text(headers, "ce_type")).isEqualTo("wildstream.v1.Sample");
        assertThat(CloudEvents.text(headers, "ce_specversion")).isEqualTo("1.0");
    }

    @Test
    void knowsAnEndMarkerByItsType() {
        // Given
        Headers end = CloudEvents.headers(EndOfStream.getDefaultInstance(), "0", "/wildstream/test");
        Headers sample = CloudEvents.headers(Sample.getDefaultInstance(), "0", "/wildstream/test");

        // Then
        assertThat(CloudEvents.isEndOfStream(end)).isTrue();
        assertThat(CloudEvents.isEndOfStream(sample)).isFalse();
        assertThat(CloudEvents.isEndOfStream(new RecordHeaders())).isFalse();
    }

    @Test
    void readsTheLastValueOfAHeader() {
        // Given
        Headers headers = new RecordHeaders()
                .add("a", "first".getBytes(UTF_8))
                .add("a", "last".getBytes(UTF_8))
                .add("empty", null);

        // Then
        assertThat(CloudEvents.text(headers, "a")).isEqualTo("last");
        assertThat(CloudEvents.text(headers, "empty")).isNull();
        assertThat(CloudEvents.text(headers, "absent")).isNull();
    }
}
