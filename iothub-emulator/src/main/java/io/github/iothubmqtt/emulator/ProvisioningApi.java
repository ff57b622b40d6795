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
import java.util.Map;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_READ;
import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_WRITE;

/** Enrollments and registrations in the control API. Enrollments hold keys, so they are for those who may see keys. Belongs to the hub's event loop. */
final class ProvisioningApi {

    private final Provisioning provisioning;
    private final Enrollments enrollments;

    ProvisioningApi(Provisioning provisioning, Enrollments enrollments) {
        this.provisioning = provisioning;
        this.enrollments = enrollments;
    }

    void mount(Router api, ControlGuard guard) {
        mount(api, guard, "/enrollments", false);
        mount(api, guard, "/enrollmentGroups", true);
        api.get("/registrations")
                .handler(context ->
                        ControlApi.answer(context, HubJson.array(provisioning.registrations(), ProvisioningApi::json)));
        api.get("/registrations/:id")
                .handler(context -> ControlApi.answer(context, json(registration(context.pathParam("id")))));
        api.delete("/registrations/:id").handler(guard.needing(REGISTRY_WRITE)).handler(this::forget);
        api.get("/provisioning")
                .handler(context -> ControlApi.answer(
                        context,
                        new JsonObject()
                                .put("idScope", provisioning.idScope())
                                .put("linkedHubs", new JsonArray(provisioning.linkedHubs()))));
    }

    private void mount(Router api, ControlGuard guard, String path, boolean group) {
        Handler<RoutingContext> mayRead = guard.needing(REGISTRY_READ);
        Handler<RoutingContext> mayWrite = guard.needing(REGISTRY_WRITE);
        api.get(path)
                .handler(mayRead)
                .handler(context -> ControlApi.answer(context, HubJson.array(enrollments.all(group), this::json)));
        String one = path + "/:id";
        api.get(one).handler(mayRead).handler(context -> ControlApi.answer(context, json(enrollment(context, group))));
        // A route of its own, before the one that reads the body: that is for those who may come in.
        api.route(HttpMethod.PUT, one).handler(mayWrite);
        api.put(one).handler(ControlApi.body()).handler(context -> put(context, group));
        api.delete(one).handler(mayWrite).handler(context -> {
            enrollment(context, group).remove();
            ControlApi.done(context);
        });
    }

    private JsonObject json(Enrollment enrollment) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(enrollment.isGroup() ? "enrollmentGroupId" : "registrationId", enrollment.id());
        json.putAll(EnrollmentState.of(enrollment, enrollments.hubs()));
        json.put("hub", enrollment.hub() == null ? null : enrollment.hub().name());
        return new JsonObject(json);
    }

    private static JsonObject json(Registration registration) {
        return new JsonObject()
                .put("registrationId", registration.registrationId())
                .put("enrollmentId", registration.enrollmentId())
                .put("status", registration.status().wireName())
                .put(
                        "substatus",
                        registration.substatus() == null
                                ? null
                                : registration.substatus().wireName())
                .put("deviceId", registration.deviceId())
                .put("assignedHub", registration.assignedHub())
                .put("errorCode", registration.errorCode())
                .put("errorMessage", registration.errorMessage())
                .put("requestPayload", parsed(registration.requestPayload()))
                .put("payload", parsed(registration.payload()))
                .put("created", registration.created().toString())
                .put("lastUpdated", registration.lastUpdated().toString());
    }

    private static Object parsed(String json) {
        return json == null ? null : Json.parse(json);
    }

    /** Makes an enrollment, or changes the members that are named of one that there is: all of them or none. */
    private void put(RoutingContext context, boolean group) {
        JsonMembers request = ServiceResponse.body(context);
        String id = context.pathParam("id");
        enrollments.tryOut(id, group, request);
        Enrollment known = enrollments.find(id, group);
        Enrollment enrollment = known == null ? enrollments.add(id, group) : known;
        EnrollmentState.change(enrollment, enrollments.hubs(), request);
        ControlApi.answer(context, json(enrollment));
    }

    private Enrollment enrollment(RoutingContext context, boolean group) {
        String id = context.pathParam("id");
        Enrollment enrollment = enrollments.find(id, group);
        if (enrollment == null) {
            throw new HubException(
                    HubCode.ENROLLMENT_NOT_FOUND, "There is no enrollment" + (group ? " group" : "") + " '" + id + "'");
        }
        return enrollment;
    }

    private Registration registration(String id) {
        return provisioning
                .registration(id)
                .orElseThrow(() -> new HubException(HubCode.REGISTRATION_NOT_FOUND, "'" + id + "' has not registered"));
    }

    private void forget(RoutingContext context) {
        provisioning.forgetRegistration(registration(context.pathParam("id")).registrationId());
        ControlApi.done(context);
    }
}
