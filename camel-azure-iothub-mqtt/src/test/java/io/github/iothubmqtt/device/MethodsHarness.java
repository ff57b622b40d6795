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
package io.github.iothubmqtt.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.MethodTopics;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A consumer of direct methods that only keeps what it is handed, and the hub that calls it. */
final class MethodsHarness implements MethodHandler {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    final DeviceHarness device;
    final List<MethodCall> calls = new ArrayList<>();
    CompletableFuture<Void> granted;

    MethodsHarness(DeviceHarness device) {
        this.device = device;
    }

    MethodsHarness subscribe(ConnectionHandle handle, int concurrency, String... names) {
        granted = handle.subscribeMethods(Set.of(names), concurrency, TIMEOUT, this)
                .toCompletableFuture();
        device.loop.run();
        return this;
    }

    /** A consumer on a fresh connection. */
    static MethodsHarness subscribed(DeviceHarness device, int concurrency, String... names) {
        MethodsHarness consumer = new MethodsHarness(device).subscribe(device.connected(), concurrency, names);
        device.grant(MethodTopics.FILTER);
        return consumer;
    }

    @Override
    public void handle(MethodCall call) {
        calls.add(call);
    }

    void call(String name, String requestId) {
        call(name, requestId, "{}");
    }

    void call(String name, String requestId, String payload) {
        device.arrive("$iothub/methods/POST/" + name + "/?$rid=" + requestId, payload);
    }

    /** Answers a call with 200, without being through with it. */
    boolean answer(int index, String json) {
        boolean first = calls.get(index).answer(200, json.getBytes(UTF_8));
        device.loop.run();
        return first;
    }

    void finished(int index) {
        calls.get(index).finished();
        device.loop.run();
    }

    /** Answers a call and is through with it. */
    void done(int index) {
        answer(index, "null");
        finished(index);
    }

    /** The ids of the calls that were begun. */
    List<String> begun() {
        return calls.stream().map(MethodCall::requestId).toList();
    }

    /** What was answered on the present link, such as {@code 200 1f {}}. */
    List<String> answers() {
        return device.transport.last().sent.stream()
                .map(answer -> answer.topic().replaceFirst("\\$iothub/methods/res/(.*)/\\?\\$rid=(.*)", "$1 $2")
                        + (answer.topic().matches(".*/(400|404|503|504)/.*") ? "" : " " + answer.body()))
                .toList();
    }
}
