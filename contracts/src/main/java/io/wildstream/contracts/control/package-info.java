/** Wishes and reports: the newest spec by key from {@code control}, and heartbeats to {@code status}. */
@NullMarked
package io.wildstream.contracts.control;

import org.jspecify.annotations.NullMarked;
