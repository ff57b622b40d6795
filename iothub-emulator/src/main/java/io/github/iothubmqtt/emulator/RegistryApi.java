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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.vertx.ext.web.RoutingContext;

/** The devices of the identity registry, for the service side. Belongs to the hub's event loop. */
final class RegistryApi {

    private static final int MAX_LISTED = 1000;

    private final Hub hub;
    private final Identities identities;

    RegistryApi(Hub hub, Identities identities) {
        this.hub = hub;
        this.identities = identities;
    }

    void list(RoutingContext context) {
        List<String> top = context.queryParam("top");
        int count = top.isEmpty() ? MAX_LISTED : top(top.get(0));
        ServiceResponse.answer(
                context,
                identities.registry().all().stream()
                        .limit(count)
                        .map(device -> IdentityJson.of(device, hub))
                        .toList());
    }

    private static int top(String text) {
        if (text.matches("[1-9]\\d{0,2}|1000")) {
            return Integer.parseInt(text);
        }
        throw JsonMembers.invalid("'top' must be a whole number from 1 to " + MAX_LISTED + ", not '" + text + "'");
    }

    void get(RoutingContext context) {
        answer(context, found(context.pathParam("id")));
    }

    void put(RoutingContext context) {
        String deviceId = context.pathParam("id");
        JsonMembers request = ServiceResponse.body(context);
        IdentityJson.checkSame(request, "deviceId", deviceId);
        IfMatch ifMatch = ServiceResponse.ifMatch(context);
        answer(context, ifMatch.isPresent() ? update(deviceId, request, ifMatch) : create(deviceId, request));
    }

    /** @throws HubException with code 409001 when there is one already */
    EmulatedDevice create(String deviceId, JsonMembers request) {
        if (identities.registry().find(deviceId) != null) {
            throw new HubException(
                    HubCode.DEVICE_ALREADY_EXISTS, "A device with ID '" + deviceId + "' is already registered.");
        }
        return identities.add(
                deviceId,
                IdentityJson.keys(request, SharedAccessKeys.generate()),
                IdentityJson.enabled(request, true),
                IdentityJson.notes(request, IdentityNotes.NONE));
    }

    EmulatedDevice update(String deviceId, JsonMembers request, IfMatch ifMatch) {
        EmulatedDevice device = found(deviceId);
        ifMatch.check("device '" + deviceId + "'", device.etag());
        device.update(
                IdentityJson.keys(request, device.keys()),
                IdentityJson.enabled(request, device.isEnabled()),
                IdentityJson.notes(request, device.notes()));
        return device;
    }

    void delete(RoutingContext context) {
        delete(context.pathParam("id"), ServiceResponse.ifMatch(context));
        ServiceResponse.done(context);
    }

    void delete(String deviceId, IfMatch ifMatch) {
        ifMatch.check("device '" + deviceId + "'", found(deviceId).etag());
        identities.remove(deviceId);
    }

    private EmulatedDevice found(String deviceId) {
        EmulatedDevice device = identities.registry().find(deviceId);
        if (device == null) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "A device with ID '" + deviceId + "' is not registered.");
        }
        return device;
    }

    private void answer(RoutingContext context, EmulatedDevice device) {
        ServiceResponse.answer(context, IdentityJson.of(device, hub), device.etag());
    }

    void deviceStatistics(RoutingContext context) {
        List<EmulatedDevice> all = identities.registry().all();
        long enabled = all.stream().filter(EmulatedDevice::isEnabled).count();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("totalDeviceCount", all.size());
        json.put("enabledDeviceCount", enabled);
        json.put("disabledDeviceCount", all.size() - enabled);
        ServiceResponse.answer(context, json);
    }

    void serviceStatistics(RoutingContext context) {
        long connected = identities.registry().all().stream()
                .filter(device -> hub.isConnected(Identity.device(device.deviceId())))
                .count();
        ServiceResponse.answer(context, Map.of("connectedDeviceCount", connected));
    }
}
