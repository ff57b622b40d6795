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

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * The service side of direct methods: has calls wait for their device, sends them, and gives callers the answer or the reason why there
 * is none. A call is sent once, on one connection, and ends with it. Belongs to the hub's event loop, on which the callers' futures
 * are completed, too.
 */
final class MethodService {

    static final int MAX_PAYLOAD = 128 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!%&'*.^_`|~-]{1,128}");
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(300);

    private static final class Call {
        private final Identity identity;
        private final DirectMethod method;
        private final CompletableFuture<DirectMethodResult> result = new CompletableFuture<>();
        private HubLoop.Deadline deadline;
        /** Null while the device is awaited. */
        private String rid;

        private Call(Identity identity, DirectMethod method) {
            this.identity = identity;
            this.method = method;
        }
    }

    private final Hub hub;
    private final HubLoop loop;
    private final Clock clock;
    private final HubSettings settings;
    private final DeviceRegistry registry;
    private final Map<Identity, Set<Call>> calls = new HashMap<>();
    private long lastRid;

    MethodService(Hub hub, HubLoop loop, Clock clock, HubSettings settings, DeviceRegistry registry) {
        this.hub = hub;
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.registry = registry;
    }

    CompletableFuture<DirectMethodResult> invoke(Identity identity, DirectMethod method) {
        Set<Call> others = callsOf(identity);
        try {
            check(identity, method);
            if (others.size() >= settings.maxInflightMethods()) {
                throw new HubException(
                        HubCode.MAXIMUM_INFLIGHT_METHODS,
                        "there are " + others.size() + " method calls to the device, which is all that there can be");
            }
        } catch (HubException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        Call call = new Call(identity, method);
        calls.computeIfAbsent(identity, id -> new LinkedHashSet<>()).add(call);
        sendOrWait(call);
        return call.result;
    }

    private Set<Call> callsOf(Identity identity) {
        return calls.getOrDefault(identity, Set.of());
    }

    private void check(Identity identity, DirectMethod method) {
        EmulatedDevice device = registry.find(identity.deviceId());
        if (device == null || !device.isEnabled()) {
            throw new HubException(
                    HubCode.DEVICE_NOT_FOUND, "there is no enabled device '" + identity.deviceId() + "'");
        }
        if (identity.isModule() && device.module(identity.moduleId()) == null) {
            throw new HubException(HubCode.MODULE_NOT_FOUND, "there is no module '" + identity + "'");
        }
        if (!NAME.matcher(method.name()).matches()) {
            throw invalid("the method name '" + method.name()
                    + "' is not of 1 to 128 printable ASCII characters other than $()<>@,;:\\\"/[]?={}#+");
        }
        checkTimeout("response timeout", method.responseTimeout(), settings.minMethodResponseTimeout());
        checkTimeout("connect timeout", method.connectTimeout(), Duration.ZERO);
        if (method.payload() != null) {
            Json.parse(method.payload());
        }
        int size = method.body(settings.absentMethodPayload()).length;
        if (size > MAX_PAYLOAD) {
            throw new HubException(
                    HubCode.MESSAGE_TOO_LARGE, "the payload has " + size + " bytes, " + MAX_PAYLOAD + " are allowed");
        }
    }

    private static void checkTimeout(String what, Duration value, Duration min) {
        if (value.compareTo(min) < 0 || value.compareTo(MAX_TIMEOUT) > 0) {
            throw invalid("the " + what + " is " + value + ", not between " + min + " and " + MAX_TIMEOUT);
        }
    }

    private static HubException invalid(String what) {
        return new HubException(HubCode.ARGUMENT_INVALID, what);
    }

    private void sendOrWait(Call call) {
        if (send(call)) {
            return;
        }
        if (call.method.connectTimeout().isZero()) {
            fail(call, HubCode.DEVICE_NOT_ONLINE, "The operation failed because the requested device isn't online.");
            return;
        }
        call.deadline = loop.at(
                clock.instant().plus(call.method.connectTimeout()),
                () -> fail(call, HubCode.DEVICE_NOT_ONLINE, "Timed out waiting for device to connect."));
    }

    /** False when the device is not there. */
    private boolean send(Call call) {
        Connection connection = hub.connectionOf(call.identity);
        if (connection == null || !connection.isOnlineFor(call.method)) {
            return false;
        }
        if (call.deadline != null) {
            call.deadline.cancel();
        }
        call.rid = Long.toHexString(++lastRid);
        call.deadline = loop.at(
                clock.instant().plus(call.method.responseTimeout()),
                () -> fail(call, HubCode.GATEWAY_TIMEOUT, "Timed out waiting for the response from device."));
        connection.requestMethod(call.rid, call.method);
        return true;
    }

    /** The device has connected or subscribed: calls that waited for it may go. */
    void online(Identity identity) {
        for (Call call : List.copyOf(callsOf(identity))) {
            if (call.rid == null) {
                send(call);
            }
        }
    }

    /** The device has gone, and no answer can come any more. */
    void offline(Identity identity) {
        for (Call call : List.copyOf(callsOf(identity))) {
            if (call.rid != null) {
                fail(call, HubCode.DEVICE_NOT_ONLINE, "Device unavailable");
            }
        }
    }

    /** The device was removed. */
    void forget(String deviceId) {
        calls.keySet().stream()
                .filter(identity -> identity.deviceId().equals(deviceId))
                .toList()
                .forEach(identity ->
                        failAll(identity, HubCode.DEVICE_NOT_FOUND, "the device '" + deviceId + "' was removed"));
    }

    /** The module was removed. */
    void forgetModule(Identity module) {
        failAll(module, HubCode.MODULE_NOT_FOUND, "the module '" + module + "' was removed");
    }

    void close() {
        List.copyOf(calls.keySet())
                .forEach(identity -> failAll(identity, HubCode.SERVICE_UNAVAILABLE, "the emulator was closed"));
    }

    private void failAll(Identity identity, int code, String why) {
        List.copyOf(callsOf(identity)).forEach(call -> fail(call, code, why));
    }

    /**
     * A device answers.
     *
     * @param status as the device wrote it
     * @return false when nobody waits for this answer, not any more or not ever
     */
    boolean answered(Identity identity, String rid, String status, byte[] body) {
        Call call = callsOf(identity).stream()
                .filter(each -> each.rid != null && rid != null && each.rid.equals(rid.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(null);
        if (call == null) {
            return false;
        }
        try {
            DirectMethodResult result = new DirectMethodResult(status(status), payload(body));
            end(call);
            call.result.complete(result);
        } catch (HubException badAnswer) {
            end(call);
            call.result.completeExceptionally(badAnswer);
        }
        return true;
    }

    private static int status(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new HubException(
                    HubCode.BAD_REQUEST, "the device answered with status '" + text + "', which is no integer");
        }
    }

    private static String payload(byte[] body) {
        if (body.length > MAX_PAYLOAD) {
            throw new HubException(
                    HubCode.BAD_DEVICE_RESPONSE,
                    "the device answered with " + body.length + " bytes, " + MAX_PAYLOAD + " are allowed");
        }
        if (body.length == 0) {
            return "null";
        }
        try {
            String text = Json.text(body);
            Json.parse(text);
            return text;
        } catch (HubException malformed) {
            throw new HubException(
                    HubCode.BAD_DEVICE_RESPONSE, "the device answered with what is no JSON: " + malformed.hubMessage());
        }
    }

    private void fail(Call call, int code, String why) {
        end(call);
        call.result.completeExceptionally(new HubException(code, why));
    }

    private void end(Call call) {
        Set<Call> others = calls.get(call.identity);
        others.remove(call);
        if (others.isEmpty()) {
            calls.remove(call.identity);
        }
        if (call.deadline != null) {
            call.deadline.cancel();
        }
    }
}
