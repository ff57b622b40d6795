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

import java.util.List;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_READ;
import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_WRITE;
import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.SERVICE_CONNECT;

/**
 * Azure's service API over HTTPS: what back ends and Microsoft's service SDKs call. Lets in who has a token of a policy with the
 * permission that the call needs, from this machine as from any other. Belongs to the hub's event loop.
 */
final class ServiceApi {

    private static final int MAX_BODY = 1024 * 1024;

    private final Hub hub;
    private final Identities identities;
    private final SasVerifier verifier;

    ServiceApi(Hub hub, Identities identities, SasVerifier verifier) {
        this.hub = hub;
        this.identities = identities;
        this.verifier = verifier;
    }

    void mount(Router router) {
        RegistryApi devices = new RegistryApi(hub, identities);
        on(router, HttpMethod.GET, "/devices", REGISTRY_READ, devices::list);
        on(router, HttpMethod.GET, "/devices/:id", REGISTRY_READ, devices::get);
        on(router, HttpMethod.PUT, "/devices/:id", REGISTRY_WRITE, devices::put);
        on(router, HttpMethod.DELETE, "/devices/:id", REGISTRY_WRITE, devices::delete);
        on(router, HttpMethod.GET, "/statistics/devices", REGISTRY_READ, devices::deviceStatistics);
        on(router, HttpMethod.GET, "/statistics/service", REGISTRY_READ, devices::serviceStatistics);
        on(router, HttpMethod.POST, "/devices", REGISTRY_WRITE, new BulkApi(hub, identities)::carryOut);

        ModuleApi modules = new ModuleApi(hub, identities);
        String module = "/devices/:id/modules/:module";
        on(router, HttpMethod.GET, "/devices/:id/modules", REGISTRY_READ, modules::list);
        on(router, HttpMethod.GET, module, REGISTRY_READ, modules::get);
        on(router, HttpMethod.PUT, module, REGISTRY_WRITE, modules::put);
        on(router, HttpMethod.DELETE, module, REGISTRY_WRITE, modules::delete);

        TwinApi twins = new TwinApi(hub, identities.registry());
        MethodApi methods = new MethodApi(hub);
        for (String twin : List.of("/twins/:id", "/twins/:id/modules/:module")) {
            onBehalfOfService(router, HttpMethod.GET, twin, twins::get);
            onBehalfOfService(router, HttpMethod.PUT, twin, twins::replace);
            onBehalfOfService(router, HttpMethod.PATCH, twin, twins::patch);
            onBehalfOfService(router, HttpMethod.POST, twin, twins::post);
            onBehalfOfService(router, HttpMethod.POST, twin + "/methods", methods::invoke);
        }
        onBehalfOfService(router, HttpMethod.DELETE, "/devices/:id/commands", twins::purge);
        onBehalfOfService(router, HttpMethod.POST, "/devices/query", new QueryApi(hub, identities.registry())::query);
    }

    private void onBehalfOfService(Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
        on(router, method, path, SERVICE_CONNECT, handler);
    }

    private void on(
            Router router,
            HttpMethod method,
            String path,
            AccessPolicies.Permission permission,
            Handler<RoutingContext> handler) {
        // A route of its own, before the one that reads the body: that is for those who may come in.
        router.route(method, path)
                .handler(context -> checkPermission(context, permission))
                .failureHandler(new ServiceErrors(hub));
        router.route(method, path)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
                .handler(handler);
    }

    private void checkPermission(RoutingContext context, AccessPolicies.Permission permission) {
        String authorization = context.request().getHeader("Authorization");
        if (authorization == null) {
            throw new HubException(
                    HubCode.UNAUTHORIZED_ACCESS,
                    "A SAS token of a policy with the permission " + permission
                            + " is needed in the header Authorization");
        }
        try {
            verifier.verifyService(authorization, permission);
        } catch (ConnectRefused refused) {
            throw new HubException(HubCode.UNAUTHORIZED_ACCESS, "Not authorized: " + refused.getMessage());
        }
        context.next();
    }
}
