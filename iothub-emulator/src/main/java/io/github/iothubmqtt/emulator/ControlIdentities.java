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

import java.time.Instant;
import java.util.List;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_READ;
import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_WRITE;

/**
 * Devices and modules in the control API: who there is, what waits for them, their twins and methods. From another machine keys are
 * for those only to whom Azure would show them. Belongs to the hub's event loop.
 */
final class ControlIdentities {

    private static final String DEVICE = "/devices/:id";
    private static final String MODULE = "/devices/:id/modules/:module";

    private final Hub hub;
    private final Identities identities;
    private final DeviceRegistry registry;

    ControlIdentities(Hub hub, Identities identities) {
        this.hub = hub;
        this.identities = identities;
        this.registry = identities.registry();
    }

    void mount(Router api, ControlGuard guard) {
        api.get("/devices").handler(context -> ControlApi.answer(context, HubJson.array(registry.all(), this::json)));
        Handler<RoutingContext> mayWrite = guard.needing(REGISTRY_WRITE);
        on(api, HttpMethod.POST, "/devices", mayWrite, this::addDevice);
        on(api, HttpMethod.POST, "/devices/:id/modules", mayWrite, this::addModule);
        on(api, HttpMethod.DELETE, DEVICE, mayWrite, this::removeDevice);
        on(api, HttpMethod.DELETE, MODULE, mayWrite, this::removeModule);
        api.get(DEVICE).handler(context -> ControlApi.answer(context, json(device(context))));

        TwinApi twins = new TwinApi(hub, registry);
        MethodApi methods = new MethodApi(hub);
        for (String path : List.of(DEVICE, MODULE)) {
            Handler<RoutingContext> mayRead = guard.needing(REGISTRY_READ);
            on(api, HttpMethod.GET, path + "/connectionstring", mayRead, this::connectionString);
            api.get(path + "/twin").handler(twins::get);
            api.patch(path + "/twin").handler(ControlApi.body()).handler(twins::patch);
            api.put(path + "/twin").handler(ControlApi.body()).handler(twins::replace);
            api.post(path + "/methods").handler(ControlApi.body()).handler(methods::invoke);
            api.get(path + "/messages").handler(this::queue);
            api.post(path + "/messages").handler(ControlApi.body()).handler(this::send);
        }
    }

    private static void on(
            Router api,
            HttpMethod method,
            String path,
            Handler<RoutingContext> permission,
            Handler<RoutingContext> handler) {
        // A route of its own, before the one that reads the body: that is for those who may come in.
        api.route(method, path).handler(permission);
        Route route = api.route(method, path);
        (method == HttpMethod.POST ? route.handler(ControlApi.body()) : route).handler(handler);
    }

    private JsonObject json(EmulatedDevice device) {
        JsonArray modules = new JsonArray();
        device.moduleIds().stream().sorted().forEach(moduleId -> modules.add(module(device, moduleId)));
        Identity identity = Identity.device(device.deviceId());
        return new JsonObject()
                .put("deviceId", device.deviceId())
                .put("status", device.isEnabled() ? "enabled" : "disabled")
                .put("connectedAt", connectedAt(identity))
                .put("queued", hub.devicebound().queued(identity).size())
                .put("modules", modules);
    }

    private JsonObject module(EmulatedDevice device, String moduleId) {
        Identity identity = new Identity(device.deviceId(), moduleId);
        return new JsonObject()
                .put("moduleId", moduleId)
                .put("connectedAt", connectedAt(identity))
                .put("queued", hub.devicebound().queued(identity).size());
    }

    /** Null when it is not connected. */
    private String connectedAt(Identity identity) {
        Connection connection = hub.connectionOf(identity);
        Instant since = connection == null ? null : connection.info().connectedAt();
        return since == null ? null : since.toString();
    }

    private void addDevice(RoutingContext context) {
        String deviceId = ServiceResponse.body(context).text("deviceId");
        if (deviceId != null && registry.find(deviceId) != null) {
            throw new HubException(HubCode.DEVICE_ALREADY_EXISTS, "there is a device '" + deviceId + "' already");
        }
        EmulatedDevice added = identities.add(deviceId, SharedAccessKeys.generate());
        ControlApi.answer(context, json(added).put("connectionString", added.connectionString()));
    }

    private void addModule(RoutingContext context) {
        EmulatedDevice device = device(context);
        String moduleId = ServiceResponse.body(context).text("moduleId");
        if (moduleId != null && device.module(moduleId) != null) {
            throw new HubException(
                    HubCode.MODULE_ALREADY_EXISTS,
                    "there is a module '" + device.deviceId() + "/" + moduleId + "' already");
        }
        EmulatedModule added = device.addModule(moduleId);
        ControlApi.answer(context, module(device, moduleId).put("connectionString", added.connectionString()));
    }

    private void removeDevice(RoutingContext context) {
        identities.remove(device(context).deviceId());
        ControlApi.done(context);
    }

    private void removeModule(RoutingContext context) {
        identities.remove(device(context), module(context).moduleId());
        ControlApi.done(context);
    }

    private void connectionString(RoutingContext context) {
        String text = ServiceResponse.identity(context).isModule()
                ? module(context).connectionString()
                : device(context).connectionString();
        ControlApi.answer(context, new JsonObject().put("connectionString", text));
    }

    private void queue(RoutingContext context) {
        Identity identity = registered(context);
        ControlApi.answer(context, HubJson.array(hub.devicebound().queued(identity), HubJson::of));
    }

    private void send(RoutingContext context) {
        Identity identity = registered(context);
        JsonMembers request = ServiceResponse.body(context);
        if (!identity.isModule() && request.has("inputName")) {
            throw JsonMembers.invalid("A device has no inputs, only its modules have: leave 'inputName' out");
        }
        DeviceboundMessage message = DeviceboundRequest.read(request);
        String messageId = identity.isModule()
                ? hub.sendToInput(identity, DeviceboundRequest.inputName(request), message)
                : hub.sendDevicebound(identity.deviceId(), message);
        ControlApi.answer(context, new JsonObject().put("messageId", messageId));
    }

    private Identity registered(RoutingContext context) {
        Identity identity = ServiceResponse.identity(context);
        if (identity.isModule()) {
            module(context);
        } else {
            device(context);
        }
        return identity;
    }

    private EmulatedDevice device(RoutingContext context) {
        String deviceId = context.pathParam("id");
        EmulatedDevice device = registry.find(deviceId);
        if (device == null) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "there is no device '" + deviceId + "'");
        }
        return device;
    }

    private EmulatedModule module(RoutingContext context) {
        EmulatedModule module = device(context).module(context.pathParam("module"));
        if (module == null) {
            throw new HubException(
                    HubCode.MODULE_NOT_FOUND, "there is no module '" + ServiceResponse.identity(context) + "'");
        }
        return module;
    }
}
