// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wildstream.service.testkit.ConfigContract;
import io.wildstream.service.testkit.TestConfigs;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReferenceConfigTest {

    private final ConfigContract<ReferenceConfig> contract =
            new ConfigContract<>(ReferenceConfig.class, Map.of(), ReferenceSettings::of);

    @Test
    void hasDefaultsByWhichNothingIsFetched() {
        Map<String, Object> defaults = new HashMap<>();
        for (String key : List.of(
                "hosts", "buckets", "roots", "ca-file", "s3.endpoint", "s3.region", "s3.access-key", "s3.secret-key")) {
            defaults.put(key, Optional.empty());
        }
        defaults.put("s3.path-style", false);
        defaults.put("timeout", Duration.ofSeconds(30));
        defaults.put("patience", Duration.ofMinutes(10));
        defaults.put("parallel", 16);

        contract.hasDefaults(defaults);
        assertThat(ReferenceSettings.of(TestConfigs.read(ReferenceConfig.class, Map.of()))
                        .allowed()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void readsEveryKey() {
        Map<String, String> texts = new HashMap<>();
        Map<String, Object> values = new HashMap<>();
        texts.put("hosts", "a.example.com,*.b.example.com:8443");
        values.put("hosts", Optional.of(List.of("a.example.com", "*.b.example.com:8443")));
        texts.put("buckets", "photos,more-photos");
        values.put("buckets", Optional.of(List.of("photos", "more-photos")));
        texts.put("roots", "/data/a,/data/b");
        values.put("roots", Optional.of(List.of(Path.of("/data/a"), Path.of("/data/b"))));
        texts.put("ca-file", "ca.pem");
        values.put("ca-file", Optional.of(Path.of("ca.pem")));
        texts.put("s3.endpoint", "http://minio:9000");
        values.put("s3.endpoint", Optional.of(URI.create("http://minio:9000")));
        texts.put("s3.region", "eu-west-1");
        values.put("s3.region", Optional.of("eu-west-1"));
        texts.put("s3.access-key", "key");
        values.put("s3.access-key", Optional.of("key"));
        texts.put("s3.secret-key", "secret");
        values.put("s3.secret-key", Optional.of("secret"));
        texts.put("s3.path-style", "true");
        values.put("s3.path-style", true);
        texts.put("timeout", "5s");
        values.put("timeout", Duration.ofSeconds(5));
        texts.put("patience", "1h");
        values.put("patience", Duration.ofHours(1));
        texts.put("parallel", "4");
        values.put("parallel", 4);

        new ConfigContract<>(ReferenceConfig.class, Map.of(), config -> {}).readsEveryKey(texts, values);
    }

    @Test
    void namesTheKeyOfAValueThatCannotWork() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "hosts", "http://host",
                        "buckets", "A",
                        "roots", "data",
                        "ca-file", "/nowhere/ca.pem",
                        "s3.access-key", "key",
                        "timeout", "0s",
                        "patience", "8d",
                        "parallel", "0")
                .entrySet()) {
            String key = "wildstream.references." + wrong.getKey();
            assertThatThrownBy(() -> ReferenceSettings.of(
                            TestConfigs.read(ReferenceConfig.class, Map.of(key, wrong.getValue()))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(key);
        }
    }
}
