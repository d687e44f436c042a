// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.contracts.sample.Address;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {

    private static final AllowList LIST = AllowList.of(
            List.of("photos.example.com", "cdn.example.com:8443", "*.images.example.com", "http://minio:9000"),
            List.of("photos"),
            List.of(Path.of("/data/photos")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://photos.example.com/a",
                "https://photos.example.com:443/a",
                "https://cdn.example.com:8443/a",
                "https://a.b.images.example.com/a",
                "http://minio:9000/a",
                "s3://photos/a",
                "file:///data/photos/a",
                "file:///data/photos/b/../a"
            })
    void allowsWhatIsNamed(String address) {
        assertThatCode(() -> LIST.check(Address.parse(address))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "https://photos.example.com:8443/a, wildstream.references.hosts",
        "http://photos.example.com/a, wildstream.references.hosts",
        "http://photos.example.com:443/a, wildstream.references.hosts",
        "https://cdn.example.com/a, wildstream.references.hosts",
        "https://images.example.com/a, wildstream.references.hosts",
        "https://evilimages.example.com/a, wildstream.references.hosts",
        "https://photos.example.com.evil.org/a, wildstream.references.hosts",
        "https://minio:9000/a, wildstream.references.hosts",
        "s3://photos2/a, wildstream.references.buckets",
        "file:///data/photos2/a, wildstream.references.roots",
        "file:///data/photos/../secret, wildstream.references.roots",
        "file:///etc/passwd, wildstream.references.roots"
    })
    void namesTheKeyForTheRest(String address, String key) {
        assertThatThrownBy(() -> LIST.check(Address.parse(address)))
                .isInstanceOf(ReferenceException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(address.substring(0, 8));
    }

    @Test
    void allowsNothingByDefault() {
        AllowList nothing = AllowList.of(List.of(), List.of(), List.of());

        assertThat(nothing.isEmpty()).isTrue();
        assertThatThrownBy(() -> nothing.check(Address.parse("s3://photos/a")))
                .hasMessageContaining("wildstream.references.buckets");
    }

    @Test
    void letsPrivateAddressesBeReachedByNameAndPortAlone() {
        assertThat(LIST.allowsPrivate("cdn.example.com", 8443)).isTrue();
        assertThat(LIST.allowsPrivate("minio", 9000)).isTrue();
        assertThat(LIST.allowsPrivate("photos.example.com", 443)).isFalse();
        assertThat(LIST.allowsPrivate("a.images.example.com", 443)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "host:0",
                "host:70000",
                "host/path",
                "http://host",
                "http://*.host:80",
                "ftp://host",
                "a b"
            })
    void refusesEntriesThatAreNoHosts(String entry) {
        assertThatThrownBy(() -> AllowList.of(List.of(entry), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wildstream.references.hosts must be")
                .hasMessageContaining("'" + entry + "'");
    }

    @Test
    void refusesOtherBucketsAndRoots() {
        assertThatThrownBy(() -> AllowList.of(List.of(), List.of("a/b"), List.of()))
                .hasMessageContaining("wildstream.references.buckets");
        assertThatThrownBy(() -> AllowList.of(List.of(), List.of(), List.of(Path.of("data"))))
                .hasMessageContaining("wildstream.references.roots");
        assertThatThrownBy(() -> AllowList.of(List.of(), List.of(), List.of(Path.of("/"))))
                .hasMessageContaining("wildstream.references.roots");
    }
}
