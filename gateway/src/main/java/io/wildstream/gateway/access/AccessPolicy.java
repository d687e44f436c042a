// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wildstream.gateway.GatewayConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Who may call: with a token configured, callers that send it; without one, everybody on this machine, and then no other machine can
 * connect.
 */
@Singleton
public class AccessPolicy {

    private static final String SCHEME = "bearer ";
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final Optional<byte[]> digest;

    @Inject
    AccessPolicy(GatewayConfig config, @ConfigProperty(name = "quarkus.http.host") String host) {
        this(config.gateway().token(), host);
    }

    /**
     * Makes the policy.
     *
     * @throws IllegalArgumentException when {@code host} is not a loopback address and there is no token
     */
    AccessPolicy(Optional<String> token, String host) {
        if (token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("wildstream.gateway.token is not set, but quarkus.http.host '" + host
                    + "' lets other machines connect: set wildstream.gateway.token (openssl rand -hex 32 makes one),"
                    + " or set quarkus.http.host to 127.0.0.1");
        }
        this.digest = token.map(AccessPolicy::sha256);
    }

    /** Whether a call with this {@code Authorization} header is admitted. Takes as long for a wrong token as for the right one. */
    public boolean admits(@Nullable String authorization) {
        if (digest.isEmpty()) {
            return true;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        String token = authorization.substring(SCHEME.length()).strip();
        return MessageDigest.isEqual(digest.get(), sha256(token));
    }

    /** Whether callers need no token. */
    boolean isOpen() {
        return digest.isEmpty();
    }

    static boolean isLoopback(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("::1")
                || name.equals("[::1]")
                || name.equals("0:0:0:0:0:0:0:1")
                || IPV4_LOOPBACK.matcher(name).matches();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
