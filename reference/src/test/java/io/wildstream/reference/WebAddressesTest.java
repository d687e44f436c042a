// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static io.wildstream.reference.testkit.WebServer.ok;
import static io.wildstream.reference.testkit.WebServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From where nothing must be fetched, by its address, its name or a redirect. */
@Tag("slow")
class WebAddressesTest extends WebSourceFixture {

    @Test
    void connectsToTheAddressThatWasChecked() throws Exception {
        // Given a name that leads to another address at the second look
        server.answer("/a", ok(IMAGE));
        names.answers.add("127.0.0.1");
        names.answers.add("169.254.169.254");
        ReferenceReader reader = reader();

        // When
        Fetched fetched = reader.fetch(at("/a"), MAX);
        int lookUps = names.lookUps.get();
        ReferenceException second = refusal(reader, at("/a"));

        // Then
        assertThat(fetched.bytes().toByteArray()).isEqualTo(IMAGE);
        assertThat(lookUps).isEqualTo(1);
        assertThat(second.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(second.detail()).contains("photos.example.com is 169.254.169.254, a link-local or metadata address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.1.2.3",
                "172.31.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "0.0.0.0",
                "::ffff:127.0.0.1",
                "fc00::1",
                "64:ff9b::a00:1",
                "224.0.0.1",
                "255.255.255.255",
                "93.184.216.34 127.0.0.1"
            })
    void refusesWhatIsNotPublicUnlessHostAndPortAreNamed(String address) {
        // Given: named without a port, and by a pattern with one
        names.answers.add(address);
        names.answers.add(address);
        int before = server.connections();

        // When
        ReferenceException refusal = refusal(
                reader(Duration.ofSeconds(5), "photos.example.com"),
                Reference.newBuilder()
                        .setAddress("https://photos.example.com/a")
                        .build());
        reader.close();
        ReferenceException byPattern =
                refusal(reader(Duration.ofSeconds(5), "*.example.com:" + server.port()), at("/a"));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal.detail())
                .contains("no public address", "photos.example.com:443", "wildstream.references.hosts");
        assertThat(byPattern.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(server.connections()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "fe80::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16"
            })
    void refusesLinkLocalAndMetadataAddressesAlways(String address) {
        // Given
        names.answers.add(address);

        // When
        ReferenceException refusal = refusal(reader(), at("/a"));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal.detail()).contains("link-local or metadata");
    }

    @Test
    void refusesAddressesThatAreWrittenAsNumbers() {
        ReferenceReader reader = reader(Duration.ofSeconds(5), "*.example.com");
        for (String host : List.of("127.0.0.1", "[::1]", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]")) {
            ReferenceException refusal = refusal(
                    reader,
                    Reference.newBuilder().setAddress("https://" + host + "/a").build());
            assertThat(refusal.reason()).as(host).isEqualTo(Reason.NOT_ALLOWED);
        }
        assertThat(names.lookUps).hasValue(0);
    }

    @Test
    void followsARedirectToAnAllowedHostAlone() throws Exception {
        // Given
        int port = server.port();
        server.answer("/to-other", redirect("https://other.example.com:" + port + "/b"));
        server.answer("/relative", redirect("b#part"));
        server.answer("/b", ok(IMAGE));
        ReferenceReader reader = reader();

        // When
        Fetched relative = reader.fetch(at("/relative"), MAX);
        ReferenceException other = refusal(reader, at("/to-other"));
        reader.close();
        Fetched both = reader(Duration.ofSeconds(30), "photos.example.com:" + port, "other.example.com:" + port)
                .fetch(at("/to-other"), MAX);

        // Then
        assertThat(relative.bytes().toByteArray()).isEqualTo(IMAGE);
        assertThat(relative.reference().getAddress()).isEqualTo(at("/relative").getAddress());
        assertThat(other.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(other.detail()).contains("redirects to", "other.example.com:" + port, "wildstream.references.hosts");
        assertThat(both.bytes().toByteArray()).isEqualTo(IMAGE);
    }

    @Test
    void checksTheAddressThatARedirectLeadsTo() {
        // Given a redirect to a host that is on the list, and resolves to this machine
        server.answer("/a", redirect("https://other.example.com/b"));
        int port = server.port();

        // When
        ReferenceException refusal =
                refusal(reader(Duration.ofSeconds(5), "photos.example.com:" + port, "other.example.com"), at("/a"));

        // Then
        assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refusal.detail()).contains("other.example.com is 127.0.0.1", "no public address");
    }

    @ParameterizedTest
    @CsvSource({
        "http://photos.example.com:%d/a, NOT_ALLOWED",
        "file:///etc/passwd, NOT_ALLOWED",
        "s3://bucket/key, NOT_ALLOWED",
        "https://127.0.0.1:%d/a, NOT_ALLOWED",
        "https://169.254.169.254/latest/meta-data, NOT_ALLOWED",
        "gopher://photos.example.com/a, NOT_ALLOWED",
        "'', NOT_ALLOWED",
        "/circle, NOT_ALLOWED"
    })
    void refusesRedirects(String location, Reason reason) {
        server.answer("/circle", redirect(location.formatted(server.port())));

        ReferenceException refusal = refusal(
                reader(
                        Duration.ofSeconds(30),
                        "photos.example.com:" + server.port(),
                        "http://photos.example.com:" + server.port()),
                at("/circle"));

        assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(reason);
    }
}
