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

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import io.vertx.ext.web.RoutingContext;

/** Twins for the service side, and the purge of devicebound queues. Belongs to the hub's event loop. */
final class TwinApi {

    private final Hub hub;
    private final DeviceRegistry registry;

    TwinApi(Hub hub, DeviceRegistry registry) {
        this.hub = hub;
        this.registry = registry;
    }

    void get(RoutingContext context) {
        Identity identity = ServiceResponse.identity(context);
        answer(context, identity, hub.twins().twinOf(identity));
    }

    void patch(RoutingContext context) {
        change(context, hub.twins()::patch);
    }

    void replace(RoutingContext context) {
        change(context, hub.twins()::replace);
    }

    /** Clients that cannot send PATCH say in a header what they mean. */
    void post(RoutingContext context) {
        String meant = context.request().getHeader("X-HTTP-Method-Override");
        if (!"PATCH".equalsIgnoreCase(meant)) {
            throw JsonMembers.invalid(
                    "A twin is changed by PATCH, by PUT, or by POST with X-HTTP-Method-Override: PATCH");
        }
        patch(context);
    }

    private interface Change {
        void carryOut(Identity identity, Twin twin, Map<String, Object> tags, Map<String, Object> desired);
    }

    private void change(RoutingContext context, Change change) {
        Identity identity = ServiceResponse.identity(context);
        Twin twin = hub.twins().twinOf(identity);
        ServiceResponse.ifMatch(context).check("twin '" + identity + "'", twin.etag());
        JsonMembers request = ServiceResponse.body(context);
        change.carryOut(
                identity,
                twin,
                request.objectOrNull("tags"),
                withoutSystemMembers(request.object("properties").objectOrNull("desired")));
        answer(context, identity, twin);
    }

    /** Clients send back what they were given, of which these are not theirs to change. */
    private static Map<String, Object> withoutSystemMembers(Map<String, Object> desired) {
        if (desired == null) {
            return null;
        }
        Map<String, Object> own = new LinkedHashMap<>(desired);
        own.remove(TwinSection.METADATA);
        own.remove(TwinSection.VERSION);
        return own;
    }

    private void answer(RoutingContext context, Identity identity, Twin twin) {
        ServiceResponse.answer(context, hub.twins().backEndView(identity, twin), twin.etag());
    }

    /** Empties the queue of a device. */
    void purge(RoutingContext context) {
        String deviceId = context.pathParam("id");
        if (registry.find(deviceId) == null) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "A device with ID '" + deviceId + "' is not registered.");
        }
        DeviceboundQueue queue = hub.devicebound().queueOf(Identity.device(deviceId));
        int purged = queue.snapshot().size();
        queue.purge();
        Map<String, Object> json = new HashMap<>();
        json.put("totalMessagesPurged", purged);
        json.put("deviceId", deviceId);
        json.put("moduleId", null);
        ServiceResponse.answer(context, json);
    }
}
