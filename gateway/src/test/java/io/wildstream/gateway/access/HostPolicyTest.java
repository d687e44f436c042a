// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "POST,                           , false",
        "POST, http://localhost:8080     , false",
        "POST, HTTP://LocalHost:8080     , false",
        "GET,  http://evil.example       , false",
        "POST, http://evil.example       , true",
        "POST, http://evil.example:8080  , true",
        "POST, http://localhost          , true",
        "POST, http://localhost:8081     , true",
        "POST, https://localhost:8080    , true",
        "POST, null                      , true",
        "PUT,  http://evil.example       , true",
        "DELETE, http://evil.example     , true",
        "OPTIONS, http://evil.example    , true"
    })
    void refusesWritesFromPagesOfOtherOrigins(String method, String origin, boolean foreign) {
        // Given
        HostAndPort own = HostAndPort.create("localhost", 8080);

        // When
        boolean found = HostPolicy.isForeignWrite(HttpMethod.valueOf(method), origin, own);

        // Then
        assertThat(found).isEqualTo(foreign);
    }
}
