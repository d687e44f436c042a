// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts.sample;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a sample are, parsed and checked for its form; whether anything may be read there is for the operator to say. */
public sealed interface Address {

    /** Most characters of an address. */
    int MAX_LENGTH = 2048;

    /** What is said of an address of another form. */
    String EXPECTED =
            "expected s3://bucket/key, https://host/path or file:///path, at most " + MAX_LENGTH + " characters";

    /**
     * An object of an S3-compatible store.
     *
     * @param key as it is, without escapes
     */
    record S3Object(String bucket, String key) implements Address {

        @Override
        public String toString() {
            return "s3://" + bucket + "/" + key;
        }
    }

    /**
     * Something that a web server has.
     *
     * @param url with a host in lower case, without user and fragment
     * @param port the URL's or its scheme's
     */
    record Web(URI url, String host, int port) implements Address {

        /** Whether it is fetched without TLS. */
        public boolean isPlain() {
            return url.getScheme().equals("http");
        }

        /** Without the query, which may hold a signature. */
        @Override
        public String toString() {
            String whole = url.toString();
            int query = whole.indexOf('?');
            return query < 0 ? whole : whole.substring(0, query) + "?...";
        }
    }

    /** A file of a file system that the process sees; an absolute path. */
    record LocalFile(Path path) implements Address {

        @Override
        public String toString() {
            return "file://" + path;
        }
    }

    /** What answers for the address: a bucket, a server, the file system. */
    default String source() {
        if (this instanceof S3Object object) {
            return "s3://" + object.bucket();
        }
        return this instanceof Web web
                ? (web.isPlain() ? "http://" : "https://") + web.host() + ":" + web.port()
                : "file:";
    }

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Address parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("has " + text.length() + " characters; " + EXPECTED);
        }
        int colon = text.indexOf(':');
        return switch (text.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
            case "s3" -> Forms.object(text);
            case "https", "http" -> Forms.web(text);
            case "file" -> Forms.file(text);
            default -> throw Forms.wrong(text, EXPECTED);
        };
    }

    /** The forms of addresses. */
    final class Forms {

        private static final Pattern OBJECT =
                Pattern.compile("(?i:s3)://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([^\\p{Cntrl}]+)");
        private static final Pattern DOTS = Pattern.compile("(^|[/\\\\])\\.{1,2}($|[/\\\\])");
        private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9._-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]");
        private static final int HTTP = 80;
        private static final int HTTPS = 443;
        private static final int LAST_PORT = 65_535;
        private static final int SHOWN = 200;

        private Forms() {}

        private static Address object(String text) {
            Matcher matcher = OBJECT.matcher(text);
            if (!matcher.matches()) {
                throw wrong(
                        text,
                        "expected s3://bucket/key, a bucket of 3 to 63 lower-case letters, digits, dots and hyphens");
            }
            if (DOTS.matcher(matcher.group(2)).find()) {
                // A server, or a proxy before it, may read them as steps, and lead out of the bucket.
                throw wrong(text, "a key with the parts . or .. is not read");
            }
            return new S3Object(matcher.group(1), matcher.group(2));
        }

        private static Address web(String text) {
            URI url = uri(text);
            String host = url.getHost();
            if (host == null || !HOST.matcher(host).matches() || host.startsWith(".") || host.contains("..")) {
                throw wrong(text, "expected a host name, or an address in brackets, after https://");
            }
            if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
                throw wrong(text, "a user, a password and a fragment are not allowed");
            }
            if (url.getPort() == 0 || url.getPort() > LAST_PORT) {
                throw wrong(text, "the port must be between 1 and " + LAST_PORT);
            }
            String scheme = url.getScheme().toLowerCase(Locale.ROOT);
            String lower = host.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
            int port = url.getPort() > 0 ? url.getPort() : scheme.equals("http") ? HTTP : HTTPS;
            return new Web(url(scheme, lower, url), lower, port);
        }

        private static URI url(String scheme, String host, URI url) {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return URI.create(scheme + "://" + host + (url.getPort() > 0 ? ":" + url.getPort() : "") + path
                    + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()));
        }

        private static Address file(String text) {
            URI url = uri(text);
            boolean local = url.getRawPath() != null
                    && url.getRawPath().startsWith("/")
                    && (url.getRawAuthority() == null || url.getRawAuthority().isEmpty())
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null;
            Path path = local ? path(url) : null;
            if (path == null) {
                throw wrong(text, "expected file:///path, an absolute path, with %20 for a space and so on");
            }
            return new LocalFile(path);
        }

        private static @Nullable Path path(URI url) {
            try {
                Path path = Path.of(url.getPath());
                return path.isAbsolute() ? path : null;
            } catch (IllegalArgumentException e) {
                return null; // a zero character, for example
            }
        }

        private static URI uri(String text) {
            try {
                return new URI(text);
            } catch (URISyntaxException e) {
                throw wrong(text, "it is not a URL: " + e.getReason() + "; write other characters as %XX");
            }
        }

        private static IllegalArgumentException wrong(String text, String expected) {
            String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
            return new IllegalArgumentException("'" + shown + "': " + expected);
        }
    }
}
