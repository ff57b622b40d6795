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

import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * The emulator's own HTTP interface, under {@code /emulator}: to tests in other languages what {@link IotHubEmulator} is to those in
 * Java. Belongs to the hub's event loop.
 */
final class ControlApi {

    static final String JSON = "application/json; charset=utf-8";

    private static final int MAX_BODY = 1024 * 1024;
    /** Faults that were armed longer ago cannot be asked for any more. */
    private static final int REMEMBERED_FAULTS = 1000;

    private final Hub hub;
    private final Identities identities;
    private final ProvisioningApi provisioning;
    private final ClientAuthorities clientAuthorities;
    /** Tells this run of the hub from others on the same port, so that readers know when numbers start anew. */
    private final String instance = UUID.randomUUID().toString();

    private final Map<Long, ArmedFault> faults = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ArmedFault> eldest) {
            return size() > REMEMBERED_FAULTS;
        }
    };

    private long lastFault;

    ControlApi(Hub hub, Identities identities, ClientAuthorities clientAuthorities, ProvisioningApi provisioning) {
        this.provisioning = provisioning;
        this.hub = hub;
        this.identities = identities;
        this.clientAuthorities = clientAuthorities;
    }

    void mount(Router router, ControlGuard guard) {
        Router api = Router.router(hub.loop().vertx());
        api.route().handler(guard);
        api.get("/hub").handler(this::describe);
        new ControlIdentities(hub, identities).mount(api, guard);
        new ControlCertificates(hub.clock(), clientAuthorities).mount(api, guard);
        provisioning.mount(api, guard);
        api.get("/telemetry").handler(this::telemetry);
        api.delete("/telemetry").handler(context -> {
            hub.telemetry().journal().clear();
            done(context);
        });
        api.get("/telemetry/stream").handler(this::telemetryStream);
        api.get("/devices/:id/messages/devicebound").handler(this::queue);
        api.post("/devices/:id/messages/devicebound").handler(body()).handler(this::sendDevicebound);
        api.get("/feedback")
                .handler(context -> answer(
                        context, HubJson.array(hub.devicebound().feedback().snapshot(), HubJson::of)));
        api.get("/connections").handler(context -> answer(context, HubJson.array(hub.connectionInfos(), HubJson::of)));
        api.delete("/connections/:id").handler(this::evict);
        api.delete("/connections/:id/modules/:module").handler(this::evict);
        api.get("/events")
                .handler(context ->
                        answer(context, HubJson.array(hub.log().events().snapshot(), HubJson::of)));
        api.get("/events/stream").handler(this::eventStream);
        api.delete("/records").handler(context -> {
            hub.clearRecords();
            done(context);
        });
        api.get("/clock").handler(this::clock);
        api.post("/clock").handler(body()).handler(this::advanceClock);
        api.post("/faults").handler(body()).handler(this::armFault);
        api.get("/faults").handler(this::faults);
        api.get("/faults/points").handler(context -> answer(context, FaultRequests.points()));
        api.delete("/faults").handler(this::clearFaults);
        api.delete("/faults/:number").handler(this::disarmFault);
        router.route("/emulator/*").subRouter(api);
    }

    static BodyHandler body() {
        return BodyHandler.create(false).setBodyLimit(MAX_BODY);
    }

    private void telemetry(RoutingContext context) {
        long after = number(context, "after", 0);
        String deviceId = parameter(context, "deviceId");
        List<TelemetryMessage> messages = hub.telemetry().journal().after(after).stream()
                .filter(message -> deviceId == null || deviceId.equals(message.deviceId()))
                .toList();
        new TelemetryArray(messages, context.response()).start();
    }

    private void telemetryStream(RoutingContext context) {
        String deviceId = parameter(context, "deviceId");
        stream(
                context,
                hub.telemetry().journal(),
                "telemetry",
                HubJson::of,
                message -> deviceId == null || deviceId.equals(message.deviceId()));
    }

    private void eventStream(RoutingContext context) {
        stream(context, hub.log().events(), "event", HubJson::of, event -> true);
    }

    private <T> void stream(
            RoutingContext context,
            Journal<T> journal,
            String event,
            Function<T, JsonObject> json,
            Predicate<T> wanted) {
        String resumed = context.request().getHeader("Last-Event-ID");
        long after = resumed != null ? number("Last-Event-ID", resumed) : number(context, "after", journal.appended());
        new JournalStream<>(hub.loop(), journal, event, json, wanted, context.response()).start(after);
    }

    private void describe(RoutingContext context) {
        answer(
                context,
                new JsonObject()
                        .put("instance", instance)
                        .put("hostName", hub.authority())
                        .put("now", hub.clock().instant().toString())
                        .put("telemetry", hub.telemetry().journal().appended())
                        .put("events", hub.log().events().appended()));
    }

    private void sendDevicebound(RoutingContext context) {
        Buffer body = context.body().buffer();
        DeviceboundMessage message =
                DeviceboundRequest.read(context.request().headers(), body == null ? new byte[0] : body.getBytes());
        String messageId = hub.sendDevicebound(context.pathParam("id"), message);
        answer(context, new JsonObject().put("messageId", messageId));
    }

    private void queue(RoutingContext context) {
        String deviceId = context.pathParam("id");
        if (identities.registry().find(deviceId) == null) {
            throw HttpProblem.notFound(HubCode.DEVICE_NOT_FOUND, "There is no device '" + deviceId + "'");
        }
        answer(context, HubJson.array(hub.devicebound().queued(Identity.device(deviceId)), HubJson::of));
    }

    private void evict(RoutingContext context) {
        Identity identity = ServiceResponse.identity(context);
        if (!hub.faults().evict(identity)) {
            throw notConnected(identity);
        }
        done(context);
    }

    private static HttpProblem notConnected(Identity identity) {
        return HttpProblem.notFound(
                HubCode.DEVICE_NOT_ONLINE,
                (identity.isModule() ? "Module '" : "Device '") + identity + "' is not connected");
    }

    private void clock(RoutingContext context) {
        answer(context, new JsonObject().put("now", hub.clock().instant().toString()));
    }

    private void advanceClock(RoutingContext context) {
        if (!(hub.clock() instanceof TestClock clock)) {
            throw new HttpProblem(409, HubCode.INVALID_OPERATION, "The clock of this emulator is no test clock");
        }
        Object by = json(context).getValue("advance");
        try {
            clock.advance(Duration.parse(String.valueOf(by)));
        } catch (DateTimeException e) {
            throw HttpProblem.badRequest("'advance' must be a duration of ISO 8601 such as PT1H, not '" + by + "'");
        }
        clock(context);
    }

    private void armFault(RoutingContext context) {
        JsonObject request = json(context);
        if (FaultRequests.isAtOnce(request)) {
            if (!FaultRequests.strikeNow(hub.faults(), request)) {
                throw notConnected(FaultRequests.identity(request));
            }
            done(context);
            return;
        }
        ArmedFault armed = FaultRequests.arm(hub.faults(), request);
        long number = ++lastFault;
        faults.put(number, armed);
        answer(context, describe(number, armed));
    }

    private void faults(RoutingContext context) {
        JsonArray all = new JsonArray();
        faults.forEach((number, armed) -> all.add(describe(number, armed)));
        answer(context, all);
    }

    private JsonObject describe(long number, ArmedFault armed) {
        return new JsonObject()
                .put("number", number)
                .put("description", armed.toString())
                .put("occurrences", armed.occurrences())
                .put("armed", hub.faults().isArmed(armed));
    }

    private void clearFaults(RoutingContext context) {
        hub.faults().clear();
        done(context);
    }

    private void disarmFault(RoutingContext context) {
        String text = context.pathParam("number");
        ArmedFault armed = faults.get(number("The number of a fault", text));
        if (armed == null) {
            throw HttpProblem.notFound(HubCode.BAD_REQUEST, "There is no fault number " + text);
        }
        armed.disarm();
        done(context);
    }

    private static JsonObject json(RoutingContext context) {
        try {
            JsonObject object = context.body().asJsonObject();
            if (object == null) {
                throw HttpProblem.badRequest("The body must be a JSON object, it is empty");
            }
            return object;
        } catch (DecodeException | ClassCastException e) {
            throw HttpProblem.badRequest("The body must be a JSON object");
        }
    }

    private static String parameter(RoutingContext context, String name) {
        List<String> values = context.queryParam(name);
        return values.isEmpty() ? null : values.get(0);
    }

    private static long number(RoutingContext context, String name, long otherwise) {
        String text = parameter(context, name);
        return text == null ? otherwise : number(name, text);
    }

    private static long number(String name, String text) {
        if (!text.matches("\\d{1,18}")) {
            throw HttpProblem.badRequest(name + " must be a whole number, not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    static void answer(RoutingContext context, JsonObject object) {
        context.response().putHeader("Content-Type", JSON).end(object.toBuffer());
    }

    static void answer(RoutingContext context, JsonArray array) {
        context.response().putHeader("Content-Type", JSON).end(array.toBuffer());
    }

    static void done(RoutingContext context) {
        context.response().setStatusCode(204).end();
    }
}
