// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which network an address is in, by the registries of special-purpose addresses (RFC 6890 and later). Addresses that hold an IPv4 address
 * (mapped, compatible, NAT64, 6to4) are where that one is too.
 */
enum Networks {
    /** Addresses that everybody can reach. */
    PUBLIC,
    /** Loopback, private, shared, reserved, documentation and multicast addresses, and those of translators. */
    PRIVATE,
    /** Of one link alone, and those under which clouds tell a machine its credentials. */
    LINK_LOCAL;

    private static final List<Range> OF_LINKS = ranges(
            "169.254.0.0/16",
            "fe80::/10",
            // The metadata services of AWS and Google over IPv6, of Alibaba and Oracle, and the wire server of Azure.
            "fd00:ec2::/32",
            "fd20:ce::/32",
            "100.100.100.200/32",
            "192.0.0.192/32",
            "168.63.129.16/32");

    private static final List<Range> PRIVATE_IPV4 = ranges(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    private static final Range GLOBAL_IPV6 = Range.parse("2000::/3");
    private static final List<Range> PRIVATE_IPV6 = ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    /** Where an IPv4 address begins in addresses of these networks. */
    private static final Range NAT64 = Range.parse("64:ff9b::/96");

    private static final Range COMPATIBLE = Range.parse("::/96");
    private static final Range SIX_TO_FOUR = Range.parse("2002::/16");
    private static final int IPV4_BYTES = 4;

    /** The network of an address. */
    static Networks of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (isIn(OF_LINKS, bytes) || isIn(OF_LINKS, embedded(address, bytes))) {
            return LINK_LOCAL;
        }
        boolean reachable = address instanceof Inet6Address
                ? GLOBAL_IPV6.contains(bytes) && !isIn(PRIVATE_IPV6, bytes)
                : !isIn(PRIVATE_IPV4, bytes);
        return reachable ? PUBLIC : PRIVATE;
    }

    /** The IPv4 address within an IPv6 address; the address itself when there is none. */
    private static byte[] embedded(InetAddress address, byte[] bytes) {
        if (!(address instanceof Inet6Address)) {
            return bytes;
        }
        if (SIX_TO_FOUR.contains(bytes)) {
            return Arrays.copyOfRange(bytes, 2, 2 + IPV4_BYTES);
        }
        return NAT64.contains(bytes) || COMPATIBLE.contains(bytes)
                ? Arrays.copyOfRange(bytes, bytes.length - IPV4_BYTES, bytes.length)
                : bytes;
    }

    private static boolean isIn(List<Range> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static List<Range> ranges(String... texts) {
        return Stream.of(texts).map(Range::parse).toList();
    }

    /** Addresses that begin with the same bits. */
    private static final class Range {

        private final byte[] first;
        private final int bits;

        private Range(byte[] first, int bits) {
            this.first = first;
            this.bits = bits;
        }

        /** A literal address, a slash and a number of bits: no name is looked up. */
        static Range parse(String text) {
            int slash = text.indexOf('/');
            try {
                return new Range(
                        InetAddress.getByName(text.substring(0, slash)).getAddress(),
                        Integer.parseInt(text.substring(slash + 1)));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != first.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if ((address[bit / Byte.SIZE] & mask) != (first[bit / Byte.SIZE] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
