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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The faults that a test asks for in JSON: {@code {"at":"STORED","fault":"cut","deviceId":"dev1","after":9,"times":3}}. Whatever is
 * wrong with it is an IllegalArgumentException.
 */
final class FaultRequests {

    private static final String FAULT = "fault";
    private static final Set<String> FIELDS = Set.of(
            "at",
            FAULT,
            "deviceId",
            "moduleId",
            "after",
            "times",
            "always",
            "probability",
            "seed",
            "duration",
            "code",
            "logCode",
            "retryAfter",
            "body");

    private FaultRequests() {}

    /** Every point, and the faults that can happen there, by the names that a request has for them. */
    static JsonArray points() {
        JsonArray points = new JsonArray();
        for (FaultPoint point : FaultPoint.values()) {
            List<String> faults =
                    point.allowed().stream().map(kind -> nameOf(kind, point)).toList();
            points.add(new JsonObject().put("at", point.name()).put("faults", new JsonArray(faults)));
        }
        return points;
    }

    private static String nameOf(Fault.Kind kind, FaultPoint point) {
        return switch (kind) {
            case CUT -> "cut";
            case RESET -> "reset";
            case CUT_MID_PACKET -> "cutMidPacket";
            case CLOSE -> "close";
            case SILENCE -> "silence";
            case DROP -> "drop";
            case DELAY -> "delay";
            case DUPLICATE -> "duplicate";
            case REORDER -> "reorder";
            case REFUSE -> point.isSubscription() ? "refuseSubscription" : "refuse";
            case ANSWER_STATUS -> "answerStatus";
            case ANSWER -> "answer";
            case ANSWER_OTHER_RID -> "answerOtherRid";
        };
    }

    /** What happens at once, without a point to wait for. */
    static boolean isAtOnce(JsonObject request) {
        checkFields(request);
        return !request.containsKey("at");
    }

    /** Whom a fault is for. */
    static Identity identity(JsonObject request) {
        return new Identity(
                required(request, "deviceId"), request.containsKey("moduleId") ? required(request, "moduleId") : null);
    }

    /** False when the device or module is not connected. */
    static boolean strikeNow(Faults faults, JsonObject request) {
        Identity identity = identity(request);
        String fault = required(request, FAULT);
        switch (fault) {
            case "expireToken":
                return faults.expireToken(identity);
            case "evict":
                return faults.evict(identity);
            case "forgetSession":
                faults.forgetSession(identity);
                return true;
            default:
                throw new IllegalArgumentException(
                        "Without 'at' the fault is one of expireToken, evict, forgetSession, not '" + fault + "'");
        }
    }

    static ArmedFault arm(Faults faults, JsonObject request) {
        FaultRule rule = faults.at(points(request));
        if (request.containsKey("moduleId")) {
            rule.forModule(required(request, "deviceId"), required(request, "moduleId"));
        } else if (request.containsKey("deviceId")) {
            rule.forDevice(required(request, "deviceId"));
        }
        rule.after(number(request, "after", 0).longValue());
        rule.times(number(request, "times", 1).longValue());
        if (request.containsKey("always") && isTrue(request, "always")) {
            rule.always();
        }
        if (request.containsKey("probability")) {
            rule.withProbability(
                    number(request, "probability", 1).doubleValue(),
                    number(request, "seed", 0).longValue());
        }
        return rule.then(fault(request));
    }

    private static void checkFields(JsonObject request) {
        Set<String> unknown = new TreeSet<>(request.fieldNames());
        unknown.removeAll(FIELDS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Unknown: " + unknown + ", there are " + new TreeSet<>(FIELDS));
        }
    }

    private static FaultPoint[] points(JsonObject request) {
        Object at = request.getValue("at");
        List<?> names = at instanceof JsonArray several ? several.getList() : List.of(String.valueOf(at));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("'at' names no point");
        }
        return names.stream().map(name -> point(String.valueOf(name))).toArray(FaultPoint[]::new);
    }

    private static FaultPoint point(String name) {
        try {
            return FaultPoint.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "There is no point '" + name + "', there are " + Arrays.toString(FaultPoint.values()), e);
        }
    }

    private static Fault fault(JsonObject request) {
        String name = required(request, FAULT);
        return switch (name) {
            case "cut" -> Fault.cut();
            case "reset" -> Fault.reset();
            case "cutMidPacket" -> Fault.cutMidPacket();
            case "close" ->
                Fault.close(number(request, "logCode", HubCode.CONNECTION_CLOSED_REMOTELY)
                        .intValue());
            case "silence" -> Fault.silence();
            case "drop" -> Fault.drop();
            case "delay" -> Fault.delay(duration(request));
            case "duplicate" -> Fault.duplicate();
            case "reorder" -> Fault.reorder();
            case "refuse" -> Fault.refuse(number(request, "code", 5).intValue());
            case "refuseSubscription" -> Fault.refuseSubscription();
            case "answerStatus" -> answerStatus(request);
            case "answer" -> Fault.answer(number(request, "code", 200).intValue(), request.getString("body", ""));
            case "answerOtherRid" -> Fault.answerOtherRid();
            default ->
                throw new IllegalArgumentException("There is no fault '" + name
                        + "', there are cut, reset, cutMidPacket, close, silence, drop, delay,"
                        + " duplicate, reorder, refuse, refuseSubscription, answerStatus, answer, answerOtherRid");
        };
    }

    private static Fault answerStatus(JsonObject request) {
        int status = number(request, "code", 500).intValue();
        return request.containsKey("retryAfter")
                ? Fault.answerStatus(
                        status,
                        Duration.ofSeconds(number(request, "retryAfter", 0).longValue()))
                : Fault.answerStatus(status);
    }

    private static Duration duration(JsonObject request) {
        String text = required(request, "duration");
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'duration' is ISO 8601 such as PT0.5S, not '" + text + "'", e);
        }
    }

    private static Number number(JsonObject request, String name, long otherwise) {
        Object value = request.getValue(name, otherwise);
        if (!(value instanceof Number number)) {
            throw new IllegalArgumentException("'" + name + "' is a number, not '" + value + "'");
        }
        return number;
    }

    private static boolean isTrue(JsonObject request, String name) {
        Object value = request.getValue(name);
        if (!(value instanceof Boolean truth)) {
            throw new IllegalArgumentException("'" + name + "' is true or false, not '" + value + "'");
        }
        return truth;
    }

    private static String required(JsonObject request, String name) {
        Object value = request.getValue(name);
        if (!(value instanceof String text) || text.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' is needed, a text");
        }
        return text;
    }
}
