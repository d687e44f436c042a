// SPDX-License-Identifier: Apache-2.0
package io.wildstream.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Context;
import io.wildstream.gateway.ConfigChecks;
import io.wildstream.gateway.GatewayConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Who may call: with a token configured, callers that send it; without one, everybody on this machine, and then no other machine can
 * connect. Callers with a token of their own are known by name and may send outputs of the teacher with their samples.
 */
@Singleton
public class AccessPolicy {

    /** Name of the caller of this gRPC call if it may send outputs of the teacher. */
    public static final Context.Key<String> OUTPUT_SENDER = Context.key("output-sender");

    private static final String SCHEME = "bearer ";
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final Optional<byte[]> digest;
    /** Of the tokens of those who may send outputs, by name. */
    private final Map<String, byte[]> senders;

    @Inject
    AccessPolicy(GatewayConfig config, @ConfigProperty(name = "quarkus.http.host") String host) {
        this(config.gateway().token(), ConfigChecks.outputTokens(config.gateway()), host);
    }

    /**
     * Makes the policy.
     *
     * @throws IllegalArgumentException when {@code host} is not a loopback address and there is no token
     */
    AccessPolicy(Optional<String> token, Map<String, String> outputTokens, String host) {
        if (token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException("wildstream.gateway.token is not set, but quarkus.http.host '" + host
                    + "' lets other machines connect: set wildstream.gateway.token (openssl rand -hex 32 makes one),"
                    + " or set quarkus.http.host to 127.0.0.1");
        }
        this.digest = token.map(AccessPolicy::sha256);
        Map<String, byte[]> digests = new LinkedHashMap<>();
        outputTokens.forEach((name, secret) -> digests.put(name, sha256(secret)));
        this.senders = digests;
    }

    /** Whether a call with this {@code Authorization} header is admitted. Takes as long for a wrong token as for the right one. */
    public boolean admits(@Nullable String authorization) {
        if (digest.isEmpty()) {
            return true;
        }
        byte[] sent = sent(authorization);
        return sent != null && (MessageDigest.isEqual(digest.get(), sent) | sender(sent) != null);
    }

    /** The name of the caller with this {@code Authorization} header if it may send outputs of the teacher; null for any other caller. */
    public @Nullable String outputSender(@Nullable String authorization) {
        byte[] sent = sent(authorization);
        return sent == null ? null : sender(sent);
    }

    private @Nullable String sender(byte[] sent) {
        String sender = null;
        for (Map.Entry<String, byte[]> known : senders.entrySet()) {
            if (MessageDigest.isEqual(known.getValue(), sent)) {
                sender = known.getKey();
            }
        }
        return sender;
    }

    /** The digest of the token that a header holds. */
    private static byte @Nullable [] sent(@Nullable String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? null
                : sha256(authorization.substring(SCHEME.length()).strip());
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
