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

import java.util.Iterator;
import java.util.List;

import io.vertx.core.http.HttpServerResponse;

/** Telemetry as one JSON array, written as fast as its reader reads, for there may be hundreds of megabytes. On the hub's event loop. */
final class TelemetryArray {

    private final Iterator<TelemetryMessage> messages;
    private final HttpServerResponse response;
    private String separator = "[";

    TelemetryArray(List<TelemetryMessage> messages, HttpServerResponse response) {
        this.messages = messages.iterator();
        this.response = response;
    }

    void start() {
        response.putHeader("Content-Type", ControlApi.JSON).setChunked(true);
        response.drainHandler(v -> pump());
        pump();
    }

    private void pump() {
        while (messages.hasNext()) {
            if (response.writeQueueFull()) {
                return;
            }
            response.write(separator + HubJson.of(messages.next()).encode());
            separator = ",\n";
        }
        if (!response.ended()) {
            response.end(separator.equals("[") ? "[]" : "]");
        }
    }
}
