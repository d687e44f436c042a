// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void freePortsAreDifferent() {
        // Given
        List<String> users = List.of("gateway", "broker", "teacher");

        // When
        Map<String, Integer> ports = Ports.free(users);

        // Then
        assertThat(ports.keySet()).containsExactlyElementsOf(users);
        assertThat(ports.values()).doesNotHaveDuplicates().allMatch(port -> port >= 1024);
    }

    @Test
    void namesThePortThatIsTaken() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            // When // Then
            assertThatThrownBy(() -> Ports.from(port, List.of("gateway")))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("port " + port + " (gateway) is taken")
                    .hasMessageContaining("--port-base");
        }
    }

    @Test
    void refusesABaseOutOfRange() {
        // Given
        List<String> users = List.of("a", "b");

        // When // Then
        assertThatThrownBy(() -> Ports.from(80, users)).hasMessageContaining("--port-base 80");
        assertThatThrownBy(() -> Ports.from(65535, users)).hasMessageContaining("[1024, 65535]");
    }

    @Test
    void saysThatTheMachineLacksTheAddressThatAClusterListensOn() throws IOException {
        // Given
        InetAddress ofNobody = InetAddress.getByName("192.0.2.1");

        // When // Then
        assertThatThrownBy(() -> Ports.requireAddress(ofNobody))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("no address 192.0.2.1")
                .hasMessageContaining("ip address add 127.0.0.1/8 dev lo");
    }
}
