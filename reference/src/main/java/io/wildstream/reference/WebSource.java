// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.contracts.sample.Address;
import io.wildstream.reference.GuardedNames.RefusedAddressException;
import io.wildstream.reference.ReferenceException.Reason;
import java.io.IOException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * What web servers have. Each connection, a redirect's too, goes where {@link AllowList} and {@link GuardedNames} let it; nothing is
 * decompressed, and nothing of the environment, such as a proxy, counts.
 */
final class WebSource implements AutoCloseable {

    private static final int MAX_REDIRECTS = 3;
    private static final int SHOWN = 200;
    private static final int TOO_EARLY = 425;

    private final AllowList allowed;
    private final CloseableHttpClient client;
    private final ScheduledThreadPoolExecutor clock;

    /** @param names looks names up */
    WebSource(ReferenceSettings settings, DnsResolver names) {
        this.allowed = settings.allowed();
        this.client = WebClients.of(settings, new GuardedNames(allowed, names));
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "reference-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
    }

    byte[] fetch(Address.Web address, BoundedRead bounds) throws ReferenceException {
        Address.Web at = address;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            Answer answer = get(address, at, bounds);
            if (answer.bytes != null) {
                return answer.bytes;
            }
            at = redirected(address, at, answer.location);
        }
        throw new ReferenceException(
                Reason.NOT_ALLOWED, address + ": the server redirects more than " + MAX_REDIRECTS + " times");
    }

    /** The body, or where to look for it. */
    private record Answer(byte @Nullable [] bytes, String location) {}

    private Answer get(Address.Web asked, Address.Web at, BoundedRead bounds) throws ReferenceException {
        HttpGet request = new HttpGet(at.url());
        request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
        ScheduledFuture<?> deadline = clock.schedule(request::cancel, bounds.nanosLeft(), TimeUnit.NANOSECONDS);
        try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
            int status = response.getCode();
            if (isRedirect(status)) {
                Header location = response.getFirstHeader(HttpHeaders.LOCATION);
                request.cancel();
                return new Answer(null, location == null ? "" : location.getValue());
            }
            if (status != HttpStatus.SC_OK) {
                request.cancel();
                throw refused(asked, status);
            }
            return new Answer(body(response, request, bounds), "");
        } catch (RefusedAddressException e) {
            throw new ReferenceException(Reason.NOT_ALLOWED, asked + ": " + e.getMessage());
        } catch (IOException e) {
            String late = bounds.nanosLeft() == 1 ? "the answer was not complete in time: " : "";
            throw new ReferenceException(Reason.UNAVAILABLE, asked + ": " + late + shown(e.toString()));
        } finally {
            deadline.cancel(false);
        }
    }

    /** A body that is not wanted to its end is not read to its end, as closing it would do. */
    private static byte[] body(ClassicHttpResponse response, HttpGet request, BoundedRead bounds)
            throws IOException, ReferenceException {
        if (response.getEntity() == null) {
            return new byte[0];
        }
        try {
            return bounds.all(response.getEntity().getContent());
        } catch (IOException | ReferenceException e) {
            request.cancel();
            throw e;
        }
    }

    private Address.Web redirected(Address.Web asked, Address.Web at, String location) throws ReferenceException {
        Address next;
        try {
            if (location.isEmpty()) {
                throw new IllegalArgumentException("no address");
            }
            String target = at.url().resolve(location).toString();
            int fragment = target.indexOf('#');
            next = Address.parse(fragment < 0 ? target : target.substring(0, fragment));
        } catch (IllegalArgumentException e) {
            throw new ReferenceException(
                    Reason.NOT_ALLOWED,
                    asked + ": the server redirects to no address: '" + shown(location.split("\\?", 2)[0]) + "'");
        }
        if (!(next instanceof Address.Web web) || (web.isPlain() && !at.isPlain())) {
            throw new ReferenceException(
                    Reason.NOT_ALLOWED,
                    asked + ": the server redirects to " + shown(next.toString()) + ", away from https");
        }
        try {
            allowed.check(web);
        } catch (ReferenceException e) {
            throw new ReferenceException(e.reason(), asked + ": the server redirects to " + shown(e.detail()));
        }
        return web;
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case HttpStatus.SC_MOVED_PERMANENTLY,
                    HttpStatus.SC_MOVED_TEMPORARILY,
                    HttpStatus.SC_SEE_OTHER,
                    HttpStatus.SC_TEMPORARY_REDIRECT,
                    HttpStatus.SC_PERMANENT_REDIRECT -> true;
            default -> false;
        };
    }

    private static ReferenceException refused(Address.Web address, int status) {
        Reason reason = switch (status) {
            case HttpStatus.SC_NOT_FOUND, HttpStatus.SC_GONE -> Reason.NOT_FOUND;
            case HttpStatus.SC_REQUEST_TIMEOUT, TOO_EARLY, HttpStatus.SC_TOO_MANY_REQUESTS -> Reason.UNAVAILABLE;
            default -> status >= HttpStatus.SC_INTERNAL_SERVER_ERROR ? Reason.UNAVAILABLE : Reason.NOT_ALLOWED;
        };
        return new ReferenceException(reason, address + ": the server answers with the status " + status);
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    @Override
    public void close() {
        clock.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }
}
