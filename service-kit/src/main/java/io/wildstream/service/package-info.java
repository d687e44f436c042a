/** What every service shares: its common keys and how keys are checked, its meters, its metrics' format, its start. */
@NullMarked
package io.wildstream.service;

import org.jspecify.annotations.NullMarked;
