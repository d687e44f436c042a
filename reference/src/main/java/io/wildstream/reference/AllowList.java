// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.contracts.sample.Address;
import io.wildstream.reference.ReferenceException.Reason;
import io.wildstream.service.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hosts, buckets and directories that the operator names. What is on none of these lists is not fetched, and nothing is by default. */
public final class AllowList {

    private static final String KEYS = "wildstream.references";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private final List<Host> hosts;
    private final Set<String> buckets;
    private final List<Path> roots;

    private AllowList(List<Host> hosts, Set<String> buckets, List<Path> roots) {
        this.hosts = hosts;
        this.buckets = buckets;
        this.roots = roots;
    }

    /**
     * The lists.
     *
     * @throws IllegalArgumentException naming the key of the first entry that is not one
     */
    public static AllowList of(List<String> hosts, List<String> buckets, List<Path> roots) {
        buckets.forEach(bucket -> Values.matches(
                KEYS + ".buckets", bucket, BUCKET.pattern(), "names of buckets, with commas between them"));
        roots.forEach(root -> Values.require(
                root.isAbsolute() && root.normalize().getNameCount() > 0,
                KEYS + ".roots",
                "absolute paths of directories, and not of the whole file system",
                "'" + root + "'"));
        return new AllowList(
                hosts.stream().map(host -> Host.parse(KEYS + ".hosts", host)).toList(),
                new TreeSet<>(buckets),
                roots.stream().map(Path::normalize).toList());
    }

    /** Whether nothing is allowed. */
    public boolean isEmpty() {
        return hosts.isEmpty() && buckets.isEmpty() && roots.isEmpty();
    }

    boolean hasHosts() {
        return !hosts.isEmpty();
    }

    boolean hasBuckets() {
        return !buckets.isEmpty();
    }

    /**
     * Returns when an address is on a list, by its name alone.
     *
     * @throws ReferenceException naming the key by which the operator could allow it
     */
    void check(Address address) throws ReferenceException {
        if (address instanceof Address.S3Object object) {
            require(buckets.contains(object.bucket()), object, "bucket '" + object.bucket() + "'", ".buckets");
        } else if (address instanceof Address.LocalFile file) {
            require(root(file).isPresent(), file, "directory", ".roots");
        } else if (address instanceof Address.Web web) {
            String scheme = web.isPlain() ? "http://" : "";
            require(
                    hosts.stream().anyMatch(host -> host.matches(web)),
                    web,
                    "host '" + scheme + web.host() + ":" + web.port() + "'",
                    ".hosts");
        }
    }

    /** The directory under which a file is by its name. */
    Optional<Path> root(Address.LocalFile file) {
        Path path = file.path().normalize();
        return roots.stream().filter(path::startsWith).findFirst();
    }

    /** Whether a private or loopback address may be reached by this name and port: they must be named, both. */
    boolean allowsPrivate(String host, int port) {
        return hosts.stream().anyMatch(entry -> entry.isExact && entry.name.equals(host) && entry.port == port);
    }

    private void require(boolean allowed, Address address, String what, String key) throws ReferenceException {
        if (!allowed) {
            throw new ReferenceException(
                    Reason.NOT_ALLOWED,
                    address + ": the " + what + " is not allowed; the operator allows it by " + KEYS + key);
        }
    }

    /**
     * One entry of the list of hosts.
     *
     * @param name in lower case; what the host's name ends with, beginning with a dot, where all names are meant that do
     * @param isPlain whether it is reached without TLS
     * @param isExact whether one host is named, and its port
     */
    private record Host(String name, int port, boolean isPlain, boolean isExact) {

        private static final String FORM =
                "hosts with commas between them, each host, host:port, *.suffix, *.suffix:port or http://host:port";

        private static final Pattern ENTRY = Pattern.compile(
                "(http://|https://)?(\\*\\.)?([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::(\\d{1,5}))?");
        private static final int HTTPS = 443;
        private static final int LAST_PORT = 65_535;

        static Host parse(String key, String entry) {
            Matcher matcher = ENTRY.matcher(entry.strip().toLowerCase(Locale.ROOT));
            boolean form = matcher.matches();
            boolean plain = form && "http://".equals(matcher.group(1));
            boolean all = form && matcher.group(2) != null;
            boolean ported = form && matcher.group(4) != null;
            int port = ported ? Integer.parseInt(matcher.group(4)) : HTTPS;
            boolean valid = form && port > 0 && port <= LAST_PORT && (!plain || (ported && !all));
            Values.require(valid, key, FORM, "'" + entry + "'");
            return new Host((all ? "." : "") + matcher.group(3), port, plain, ported && !all);
        }

        boolean matches(Address.Web web) {
            boolean named = name.startsWith(".")
                    ? web.host().endsWith(name)
                    : web.host().equals(name);
            return named && web.port() == port && web.isPlain() == isPlain;
        }
    }
}
