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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

import io.vertx.core.http.HttpServerResponse;

/**
 * Telemetry as server-sent events, to one reader. A reader that is slow makes the stream wait, not the hub: what it has not read is
 * fetched from the store when it has caught up. Belongs to the hub's event loop.
 */
final class TelemetryStream {

    private final TelemetryStore store;
    private final HttpServerResponse response;
    /** Null for all. */
    private final String deviceId;

    private final Deque<TelemetryMessage> pending = new ArrayDeque<>();
    private final Consumer<TelemetryMessage> listener = message -> pump();
    private long last;

    /** Starts after this sequence number. */
    TelemetryStream(TelemetryStore store, HttpServerResponse response, String deviceId, long after) {
        this.store = store;
        this.response = response;
        this.deviceId = deviceId;
        this.last = after;
    }

    void start() {
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .setChunked(true);
        response.drainHandler(v -> pump());
        response.closeHandler(v -> store.removeListener(listener));
        response.exceptionHandler(e -> store.removeListener(listener));
        // Sends the headers, so that the reader knows that the stream is open.
        response.write(": telemetry\n\n");
        store.onTelemetry(listener);
        pump();
    }

    private void pump() {
        while (!response.writeQueueFull()) {
            if (pending.isEmpty()) {
                pending.addAll(store.journal().after(last));
            }
            TelemetryMessage message = pending.pollFirst();
            if (message == null) {
                return;
            }
            last = message.sequence();
            if (deviceId == null || deviceId.equals(message.deviceId())) {
                response.write("id: " + last + "\nevent: telemetry\ndata: "
                        + HubJson.of(message).encode() + "\n\n");
            }
        }
    }
}
