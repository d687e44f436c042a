/** Clients and neighbours of the gateway for its tests. */
package io.wildstream.gateway.testkit;
