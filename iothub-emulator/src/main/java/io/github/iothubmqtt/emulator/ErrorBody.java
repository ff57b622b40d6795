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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The JSON in which the hub says why it refused a request. Pure functions. */
final class ErrorBody {

    private ErrorBody() {}

    static String of(HubException refusal, Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("errorCode", refusal.code());
        json.put("message", refusal.hubMessage());
        json.put("trackingId", trackingId(now));
        json.put("timestampUtc", now.toString());
        json.put("info", null);
        return Json.write(json);
    }

    /** As the identity registry writes it over HTTP, by which SDKs recognize the error: its name and a sentence. */
    static String named(HubException refusal, Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("Message", "ErrorCode:" + HubCode.nameOf(refusal.code()) + ";" + refusal.hubMessage());
        json.put("ExceptionMessage", "Tracking ID:" + trackingId(now));
        return Json.write(json);
    }

    /** As direct methods are refused over HTTP: what {@link #of} gives, as text in a JSON object. */
    static String nested(HubException refusal, Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("Message", of(refusal, now));
        json.put("ExceptionMessage", "");
        return Json.write(json);
    }

    private static String trackingId(Instant now) {
        return UUID.randomUUID().toString().replace("-", "").toUpperCase(Locale.ROOT) + "-G2:-TimeStamp:" + now;
    }
}
