// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.contracts.v1.Reference;
import io.wildstream.engine.Digests;
import io.wildstream.reference.testkit.S3Server;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.sync.RequestBody;

/** A bucket of a real S3 server, whose objects a test deletes, overwrites and puts back. */
final class PhotoBucket implements AutoCloseable {

    /** Its name. */
    static final String NAME = "photos";

    private static final String ADDRESS = "s3://" + NAME + "/";

    private final S3Server server;
    /** What was put first, by address. */
    private final Map<String, byte[]> originals = new TreeMap<>();

    /** An empty one. */
    PhotoBucket() throws IOException {
        server = new S3Server();
        server.client().createBucket(create -> create.bucket(NAME));
    }

    /** Keys by which services read this bucket, and no other. */
    Map<String, String> keys() {
        return Map.of(
                "wildstream.references.buckets",
                NAME,
                "wildstream.references.s3.endpoint",
                server.endpoint().toString(),
                "wildstream.references.s3.path-style",
                "true",
                "wildstream.references.s3.access-key",
                "key",
                "wildstream.references.s3.secret-key",
                "secret");
    }

    /** Puts an object; returns its address. */
    String put(String key, byte[] bytes) {
        originals.put(ADDRESS + key, bytes);
        write(ADDRESS + key, bytes);
        return ADDRESS + key;
    }

    /** Puts an object into a bucket that services are not told of; returns its address. */
    String putElsewhere(String key, byte[] bytes) {
        server.client().putObject(put -> put.bucket(S3Server.BUCKET).key(key), RequestBody.fromBytes(bytes));
        return "s3://" + S3Server.BUCKET + "/" + key;
    }

    /** A reference that states all that there is to state of what was put first. */
    Reference reference(String address) {
        byte[] bytes = originals.get(address);
        MessageDigest digest = Digests.newSha256();
        digest.update(bytes);
        return Reference.newBuilder()
                .setAddress(address)
                .setSha256(Digests.hex(digest))
                .setSizeBytes(bytes.length)
                .build();
    }

    /** Deletes an object. */
    void delete(String address) {
        server.client().deleteObject(delete -> delete.bucket(NAME).key(key(address)));
    }

    /** Writes other bytes of the same number over an object. */
    void overwrite(String address) {
        byte[] other = originals.get(address).clone();
        other[other.length - 1] ^= 1;
        write(address, other);
    }

    /** Makes an object what it was first. */
    void putBack(String address) {
        write(address, originals.get(address));
    }

    private void write(String address, byte[] bytes) {
        server.client().putObject(put -> put.bucket(NAME).key(key(address)), RequestBody.fromBytes(bytes));
    }

    private static String key(String address) {
        return address.substring(ADDRESS.length());
    }

    @Override
    public void close() {
        server.close();
    }
}
