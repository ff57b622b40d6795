/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.iothubmqtt.emulator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;

/**
 * Decides who may use the control API: whoever is on this machine, and anybody with a token of the service policy. Pages of other sites
 * may not, though the browser that shows them is on this machine, nor may a page whose name was made to lead here. Stateless.
 */
final class ControlGuard implements Handler<RoutingContext> {

    /** With or without a port; an address is no name that somebody else could have lead to this machine. */
    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?");

    private final HostNames hostNames;
    private final SasVerifier verifier;
    private final boolean tokenOnLoopback;

    ControlGuard(HostNames hostNames, SasVerifier verifier, boolean tokenOnLoopback) {
        this.hostNames = hostNames;
        this.verifier = verifier;
        this.tokenOnLoopback = tokenOnLoopback;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        checkSite(request.getHeader("Host"), request.getHeader("Origin"), request.getHeader("Sec-Fetch-Site"));
        allow(AccessPolicies.Permission.SERVICE_CONNECT, context);
    }

    /** For calls that need more than the others when they come from another machine. */
    Handler<RoutingContext> needing(AccessPolicies.Permission permission) {
        return context -> allow(permission, context);
    }

    private void allow(AccessPolicies.Permission permission, RoutingContext context) {
        HttpServerRequest request = context.request();
        checkCaller(request.remoteAddress(), request.getHeader("Authorization"), permission);
        context.next();
    }

    /** Each is null where the request has none: only browsers send the last two. */
    void checkSite(String host, String origin, String fetchSite) {
        if (host != null && !isOurs(host)) {
            throw forbidden("The hub is not called '" + host
                    + "'. If it is to be, start it with --host-name, or otherHostName of the builder");
        }
        if (origin != null && !origin.equalsIgnoreCase("https://" + host)) {
            throw forbidden("A page of " + origin + " may not use the emulator's control API");
        }
        if (fetchSite != null && !fetchSite.equals("same-origin") && !fetchSite.equals("none")) {
            throw forbidden("A page of another site may not use the emulator's control API");
        }
    }

    private boolean isOurs(String host) {
        return ADDRESS.matcher(host).matches() || hostNames.matches(host);
    }

    private static HttpProblem forbidden(String sentence) {
        return new HttpProblem(403, HubCode.FORBIDDEN, sentence);
    }

    /** {@code authorization} is null where the request has none. */
    void checkCaller(SocketAddress peer, String authorization, AccessPolicies.Permission permission) {
        if (!tokenOnLoopback && isLoopback(peer.hostAddress())) {
            return;
        }
        if (authorization == null) {
            throw unauthorized((tokenOnLoopback ? "This" : "From another machine this")
                    + " needs a SAS token of a policy with the permission " + permission
                    + " in the header Authorization");
        }
        try {
            verifier.verifyService(authorization, permission);
        } catch (ConnectRefused refused) {
            throw unauthorized("Not authorized: " + refused.getMessage());
        }
    }

    private static HttpProblem unauthorized(String sentence) {
        return new HttpProblem(401, HubCode.UNAUTHORIZED_ACCESS, sentence);
    }

    private static boolean isLoopback(String address) {
        try {
            // An address, not a name, so nothing is looked up.
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
