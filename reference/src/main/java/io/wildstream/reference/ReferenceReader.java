// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import com.google.protobuf.UnsafeByteOperations;
import io.wildstream.contracts.Backoff;
import io.wildstream.contracts.sample.Address;
import io.wildstream.contracts.sample.References;
import io.wildstream.contracts.v1.Reference;
import io.wildstream.reference.ReferenceException.Reason;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what references name, bounded in bytes and in time: only from where {@link AllowList} says, whatever a name resolves to and
 * wherever a server redirects. Thread safe.
 */
public final class ReferenceReader implements AutoCloseable {

    private final ReferenceSettings settings;
    private final FileSource files;
    private final @Nullable S3Source objects;
    private final @Nullable WebSource web;

    /** Nothing is fetched or connected yet. */
    public ReferenceReader(ReferenceSettings settings) {
        this(settings, SystemDefaultDnsResolver.INSTANCE);
    }

    /** @param names looks names up; what it says is checked */
    ReferenceReader(ReferenceSettings settings, DnsResolver names) {
        this.settings = settings;
        this.files = new FileSource(settings.allowed());
        this.objects = settings.allowed().hasBuckets() ? new S3Source(settings.store()) : null;
        this.web = settings.allowed().hasHosts() ? new WebSource(settings, names) : null;
    }

    /** By what it fetches. */
    public ReferenceSettings settings() {
        return settings;
    }

    /**
     * Fetches until the store answers, or until there is to be no further attempt.
     *
     * @param maxBytes most bytes that are read
     * @param backoff of this reference alone: its first failure begins the time
     * @throws ReferenceException when the bytes cannot be had, or not any longer
     * @throws InterruptedException when the thread was interrupted while it waited
     */
    public Fetched read(Reference reference, int maxBytes, Backoff backoff)
            throws ReferenceException, InterruptedException {
        while (true) {
            try {
                return fetch(reference, maxBytes);
            } catch (ReferenceException e) {
                if (!e.isTransient() || !backoff.retry(e.detail())) {
                    throw e;
                }
            }
        }
    }

    /**
     * Tries once to fetch.
     *
     * @param maxBytes most bytes that are read
     * @throws ReferenceException when the bytes cannot be had
     */
    public Fetched fetch(Reference reference, int maxBytes) throws ReferenceException {
        String problem = References.problem(reference);
        if (!problem.isEmpty()) {
            throw new ReferenceException(Reason.NOT_ALLOWED, "the reference's " + problem);
        }
        Address address = Address.parse(reference.getAddress());
        settings.allowed().check(address);
        long stated = reference.getSizeBytes();
        if (stated > maxBytes) {
            throw new ReferenceException(
                    Reason.TOO_LARGE, address + ": " + stated + " bytes are stated, at most " + maxBytes + " are read");
        }
        BoundedRead bounds = new BoundedRead(address, stated > 0 ? (int) stated : maxBytes, stated > 0, deadline());
        byte[] bytes = fetch(address, bounds);
        return checked(reference, address, bytes);
    }

    private byte[] fetch(Address address, BoundedRead bounds) throws ReferenceException {
        if (address instanceof Address.S3Object object) {
            return Objects.requireNonNull(objects).fetch(object, bounds);
        }
        if (address instanceof Address.Web url) {
            return Objects.requireNonNull(web).fetch(url, bounds);
        }
        return files.fetch((Address.LocalFile) address, bounds);
    }

    private long deadline() {
        Duration timeout = settings.timeout();
        return System.nanoTime() + timeout.toNanos();
    }

    private static Fetched checked(Reference reference, Address address, byte[] bytes) throws ReferenceException {
        long stated = reference.getSizeBytes();
        if (stated > 0 && stated != bytes.length) {
            throw new ReferenceException(
                    Reason.DIGEST_MISMATCH,
                    address + ": has " + bytes.length + " bytes, but the reference states " + stated);
        }
        String digest = sha256(bytes);
        if (!reference.getSha256().isEmpty() && !reference.getSha256().equalsIgnoreCase(digest)) {
            throw new ReferenceException(
                    Reason.DIGEST_MISMATCH,
                    address + ": has the SHA-256 " + digest + ", but the reference states " + reference.getSha256());
        }
        return new Fetched(
                UnsafeByteOperations.unsafeWrap(bytes),
                Reference.newBuilder()
                        .setAddress(reference.getAddress())
                        .setSha256(digest)
                        .setSizeBytes(bytes.length)
                        .build());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        if (objects != null) {
            objects.close();
        }
        if (web != null) {
            web.close();
        }
    }
}
