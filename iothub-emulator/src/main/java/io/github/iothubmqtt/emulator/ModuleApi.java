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

import io.vertx.ext.web.RoutingContext;

/** The modules of the identity registry, for the service side. Belongs to the hub's event loop. */
final class ModuleApi {

    private final Hub hub;
    private final Identities identities;

    ModuleApi(Hub hub, Identities identities) {
        this.hub = hub;
        this.identities = identities;
    }

    void list(RoutingContext context) {
        EmulatedDevice device = device(context);
        ServiceResponse.answer(
                context,
                device.moduleIds().stream()
                        .sorted()
                        .map(id -> IdentityJson.of(device.module(id), hub))
                        .toList());
    }

    void get(RoutingContext context) {
        answer(context, found(context));
    }

    void put(RoutingContext context) {
        EmulatedDevice device = device(context);
        String moduleId = context.pathParam("module");
        JsonMembers request = ServiceResponse.body(context);
        IdentityJson.checkSame(request, "deviceId", device.deviceId());
        IdentityJson.checkSame(request, "moduleId", moduleId);
        IfMatch ifMatch = ServiceResponse.ifMatch(context);
        answer(
                context,
                ifMatch.isPresent() ? update(found(context), request, ifMatch) : create(device, moduleId, request));
    }

    private EmulatedModule create(EmulatedDevice device, String moduleId, JsonMembers request) {
        if (device.module(moduleId) != null) {
            throw new HubException(
                    HubCode.MODULE_ALREADY_EXISTS,
                    "A module with ID '" + moduleId + "' is already registered on device '" + device.deviceId() + "'.");
        }
        return device.addModule(
                moduleId,
                IdentityJson.keys(request, SharedAccessKeys.generate()),
                IdentityJson.notes(request, IdentityNotes.NONE));
    }

    private EmulatedModule update(EmulatedModule module, JsonMembers request, IfMatch ifMatch) {
        check(module, ifMatch);
        module.update(IdentityJson.keys(request, module.keys()), IdentityJson.notes(request, module.notes()));
        return module;
    }

    void delete(RoutingContext context) {
        EmulatedModule module = found(context);
        check(module, ServiceResponse.ifMatch(context));
        identities.remove(device(context), module.moduleId());
        ServiceResponse.done(context);
    }

    private static void check(EmulatedModule module, IfMatch ifMatch) {
        ifMatch.check("module '" + module.deviceId() + "/" + module.moduleId() + "'", module.etag());
    }

    private EmulatedDevice device(RoutingContext context) {
        String deviceId = context.pathParam("id");
        EmulatedDevice device = identities.registry().find(deviceId);
        if (device == null) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "A device with ID '" + deviceId + "' is not registered.");
        }
        return device;
    }

    private EmulatedModule found(RoutingContext context) {
        EmulatedModule module = device(context).module(context.pathParam("module"));
        if (module == null) {
            throw new HubException(
                    HubCode.MODULE_NOT_FOUND,
                    "A module with ID '" + context.pathParam("module") + "' is not registered on device '"
                            + context.pathParam("id") + "'.");
        }
        return module;
    }

    private void answer(RoutingContext context, EmulatedModule module) {
        ServiceResponse.answer(context, IdentityJson.of(module, hub), module.etag());
    }
}
