// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** The keys by which a service reaches an S3-compatible store, for checkpoints as for samples. */
public interface S3Keys {

    /** URL of the store, such as {@code http://minio:9000}; none, the default, for AWS. */
    Optional<URI> endpoint();

    /** Region; by default what the AWS SDK finds in its environment, or {@code us-east-1} with an endpoint. */
    Optional<String> region();

    /** Access key; by default the AWS SDK's own chain: environment, profile, instance role. Set both or none. */
    Optional<String> accessKey();

    /** The access key's secret. */
    Optional<String> secretKey();

    /** Whether the bucket is part of the path of a URL and not of its host: most stores other than AWS need it. Default false. */
    @WithDefault("false")
    boolean pathStyle();
}
