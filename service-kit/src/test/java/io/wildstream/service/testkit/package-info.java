/** Test kit of the services: configurations from properties, the contract of a configuration, services in processes of their own. */
package io.wildstream.service.testkit;
