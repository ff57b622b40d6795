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
import java.net.URI;
import java.net.UnknownHostException;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;

/**
 * Decides who may use the control API: whoever is on this machine, and anybody with a token of the service policy. Pages of other sites
 * may not, though the browser that shows them is on this machine. Stateless.
 */
final class ControlGuard implements Handler<RoutingContext> {

    private final HostNames hostNames;
    private final SasVerifier verifier;

    ControlGuard(HostNames hostNames, SasVerifier verifier) {
        this.hostNames = hostNames;
        this.verifier = verifier;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        check(request.remoteAddress(), request.getHeader("Origin"), request.getHeader("Authorization"));
        context.next();
    }

    /** {@code origin} and {@code authorization} are null where the request has none. */
    void check(SocketAddress peer, String origin, String authorization) {
        if (origin != null && !isOurs(origin)) {
            throw new HttpProblem(
                    403, HubCode.FORBIDDEN, "A page of " + origin + " may not use the emulator's control API");
        }
        if (isLoopback(peer.hostAddress())) {
            return;
        }
        if (authorization == null) {
            throw new HttpProblem(
                    401,
                    HubCode.UNAUTHORIZED_ACCESS,
                    "From another machine the control API needs a SAS token of the policy 'service' in the header Authorization");
        }
        try {
            verifier.verifyService(authorization, AccessPolicies.Permission.SERVICE_CONNECT);
        } catch (ConnectRefused refused) {
            throw new HttpProblem(401, HubCode.UNAUTHORIZED_ACCESS, "Not authorized: " + refused.getMessage());
        }
    }

    private boolean isOurs(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && hostNames.matches(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
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
