/** Metrics, rules and dashboards as they are deployed, held against each other and against a running cluster. */
package io.wildstream.cli.metrics;
