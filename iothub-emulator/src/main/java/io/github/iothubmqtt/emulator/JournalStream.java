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
import java.util.function.Function;
import java.util.function.Predicate;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * A journal as server-sent events, to one reader; the id of an event is how many entries there were with it. A reader that is slow
 * makes the stream wait, not the hub: what it has not read is fetched from the journal when it has caught up. Belongs to the hub's
 * event loop.
 */
final class JournalStream<T> {

    private final Journal<T> journal;
    private final String event;
    private final Function<T, JsonObject> json;
    private final Predicate<T> wanted;
    private final HttpServerResponse response;

    private final Deque<Journal.Numbered<T>> pending = new ArrayDeque<>();
    private final Runnable listener;
    private long last;

    /** {@code event} is the name of the events, {@code wanted} says which entries are told. */
    JournalStream(
            HubLoop loop,
            Journal<T> journal,
            String event,
            Function<T, JsonObject> json,
            Predicate<T> wanted,
            HttpServerResponse response) {
        this.journal = journal;
        this.event = event;
        this.json = json;
        this.wanted = wanted;
        this.response = response;
        this.listener = () -> loop.run(this::pump);
    }

    /** Tells all after the first so many entries, and then what comes. */
    void start(long after) {
        last = after;
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .setChunked(true);
        response.drainHandler(v -> pump());
        response.closeHandler(v -> journal.removeListener(listener));
        response.exceptionHandler(e -> journal.removeListener(listener));
        // Sends the headers, so that the reader knows that the stream is open.
        response.write(": " + event + "\n\n");
        journal.onAppend(listener);
        pump();
    }

    private void pump() {
        while (!response.closed() && !response.writeQueueFull()) {
            if (pending.isEmpty()) {
                pending.addAll(journal.numberedAfter(last));
            }
            Journal.Numbered<T> next = pending.pollFirst();
            if (next == null) {
                return;
            }
            last = next.number();
            if (wanted.test(next.entry())) {
                response.write("id: " + last + "\nevent: " + event + "\ndata: "
                        + json.apply(next.entry()).encode() + "\n\n");
            }
        }
    }
}
