// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Makes the client of {@link WebSource}: it connects directly to what is resolved for it, and verifies certificates. */
final class WebClients {

    private static final Timeout LONGEST_SILENCE = Timeout.ofSeconds(10);
    /** A connection is not kept for longer, so that a name's new address is used. */
    private static final TimeValue LIFE = TimeValue.ofMinutes(1);

    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_HEADERS = 200;

    private WebClients() {}

    static CloseableHttpClient of(ReferenceSettings settings, GuardedNames names) {
        Timeout silence = Timeout.ofMilliseconds(
                Math.min(LONGEST_SILENCE.toMilliseconds(), settings.timeout().toMillis()));
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trusting(settings.authorities())))
                .setMaxConnTotal(settings.parallel())
                .setMaxConnPerRoute(settings.parallel())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(MAX_LINE)
                                .setMaxHeaderCount(MAX_HEADERS)
                                .build())
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(silence)
                        .setSocketTimeout(silence)
                        .setTimeToLive(LIFE)
                        .build())
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setRoutePlanner(new DefaultRoutePlanner(null))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(silence)
                        .setConnectionRequestTimeout(Timeout.of(settings.timeout()))
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent("wildstream")
                .disableAuthCaching()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .build();
    }

    /** The platform's own authorities, and further ones. */
    private static SSLContext trusting(Optional<Path> authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, authorities.isEmpty() ? null : trustManagers(authorities.get()), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "wildstream.references.ca-file must be a PEM file of certificates, but is '" + authorities + "': "
                            + e,
                    e);
        }
    }

    private static TrustManager[] trustManagers(Path file) throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        for (TrustManager platform : factory(null).getTrustManagers()) {
            if (platform instanceof X509TrustManager known) {
                for (X509Certificate authority : known.getAcceptedIssuers()) {
                    all.setCertificateEntry("platform-" + all.size(), authority);
                }
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                all.setCertificateEntry("further-" + all.size(), authority);
            }
        }
        return factory(all).getTrustManagers();
    }

    private static TrustManagerFactory factory(@org.jspecify.annotations.Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
