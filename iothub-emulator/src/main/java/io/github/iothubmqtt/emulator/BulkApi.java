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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.vertx.ext.web.RoutingContext;

/** Changes of many devices in one request, each of which may fail without the others. Belongs to the hub's event loop. */
final class BulkApi {

    private static final int MAX_DEVICES = 100;

    private final RegistryApi devices;

    BulkApi(Hub hub, Identities identities) {
        devices = new RegistryApi(hub, identities);
    }

    void carryOut(RoutingContext context) {
        List<?> elements = ServiceResponse.array(context);
        if (elements.size() > MAX_DEVICES) {
            throw JsonMembers.invalid(
                    "The request has " + elements.size() + " devices, " + MAX_DEVICES + " are allowed");
        }
        List<Map<String, Object>> errors = new ArrayList<>();
        for (Object element : elements) {
            JsonMembers request = JsonMembers.of(element);
            String deviceId = request.text("id") == null ? request.text("deviceId") : request.text("id");
            try {
                carryOut(Identity.checkedId("device id", deviceId), request);
            } catch (HubException refusal) {
                errors.add(error(deviceId, refusal.code(), refusal.hubMessage()));
            } catch (IllegalArgumentException invalid) {
                errors.add(error(deviceId, HubCode.ARGUMENT_INVALID, invalid.getMessage()));
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("isSuccessful", errors.isEmpty());
        result.put("errors", errors);
        result.put("warnings", List.of());
        ServiceResponse.answer(context, result);
    }

    private void carryOut(String deviceId, JsonMembers request) {
        IfMatch any = new IfMatch("*");
        IfMatch same = new IfMatch(request.text("eTag") == null ? request.text("etag") : request.text("eTag"));
        String mode = request.text("importMode");
        // Node's client writes some with a capital.
        switch (mode == null ? "create" : mode.toLowerCase(Locale.ROOT)) {
            case "create" -> devices.create(deviceId, request);
            case "update" -> devices.update(deviceId, request, any);
            case "updateifmatchetag" -> devices.update(deviceId, request, same);
            case "delete" -> devices.delete(deviceId, any);
            case "deleteifmatchetag" -> devices.delete(deviceId, same);
            default ->
                throw JsonMembers.invalid(
                        "'" + mode
                                + "' is no importMode: there are create, update, updateIfMatchETag, delete and deleteIfMatchETag");
        }
    }

    private static Map<String, Object> error(String deviceId, int code, String sentence) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("deviceId", deviceId);
        json.put("errorCode", code);
        json.put("errorStatus", sentence);
        return json;
    }
}
