// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for the client that connects: the addresses that are checked here are those that it connects to, so that a name cannot
 * resolve to another one in between. A name of which one address is refused is refused.
 */
final class GuardedNames implements DnsResolver {

    /** An address that must not be connected to. */
    static final class RefusedAddressException extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        RefusedAddressException(String message) {
            super(message);
        }
    }

    private final AllowList allowed;
    private final DnsResolver names;

    /** @param names looks names up */
    GuardedNames(AllowList allowed, DnsResolver names) {
        this.allowed = allowed;
        this.names = names;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(bare(host));
        boolean named = allowed.allowsPrivate(host.toLowerCase(Locale.ROOT), port);
        for (InetAddress address : addresses) {
            check(host, port, address, named);
        }
        return Stream.of(addresses)
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    /** Without a port nothing is known to be named. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(bare(host));
        for (InetAddress address : addresses) {
            check(host, 0, address, false);
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static void check(String host, int port, InetAddress address, boolean named)
            throws RefusedAddressException {
        Networks network = Networks.of(address);
        String is = host + " is " + address.getHostAddress();
        if (network == Networks.LINK_LOCAL) {
            throw new RefusedAddressException(
                    is + ", a link-local or metadata address, to which no reference may lead");
        }
        if (network == Networks.PRIVATE && !named) {
            throw new RefusedAddressException(
                    is + ", which is no public address; the operator allows it by naming the host with its port," + " "
                            + host + ":" + port + ", in wildstream.references.hosts");
        }
    }
}
