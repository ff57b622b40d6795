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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.TwinTopics;

import static org.assertj.core.api.Assertions.assertThat;

/** A consumer of desired properties that only keeps what it is handed, and the hub that it follows. */
final class DesiredHarness implements DesiredHandler {

    final DeviceHarness device;
    final TwinHub hub;
    final List<DesiredChange> changes = new ArrayList<>();
    final List<String> givenUp = new ArrayList<>();
    CompletableFuture<Void> granted;
    private DesiredChange running;

    DesiredHarness(DeviceHarness device) {
        this.device = device;
        this.hub = new TwinHub(device);
    }

    DesiredHarness subscribe(ConnectionHandle handle, int maxRedeliveries) {
        granted = handle.subscribeDesired(maxRedeliveries, this).toCompletableFuture();
        device.loop.run();
        return this;
    }

    /** A consumer on a fresh connection whose first read is under way. */
    static DesiredHarness reading(DeviceHarness device, int maxRedeliveries) {
        DesiredHarness consumer = new DesiredHarness(device).subscribe(device.connected(), maxRedeliveries);
        consumer.grant();
        return consumer;
    }

    /** A consumer that has dealt with a state of the desired properties. */
    static DesiredHarness following(DeviceHarness device, long version) {
        DesiredHarness consumer = reading(device, 5);
        consumer.hub.desired(version, "");
        consumer.done();
        consumer.changes.clear();
        return consumer;
    }

    /** Grants both subscriptions on the present link, which lets the twin be read. */
    void grant() {
        device.grant(TwinTopics.DESIRED_FILTER);
        hub.grantAnswers();
    }

    @Override
    public void handle(DesiredChange change) {
        assertThat(running).as("one at a time").isNull();
        running = change;
        changes.add(change);
    }

    @Override
    public void gaveUp(DesiredChange change, Throwable cause) {
        givenUp.add(change.version() + " " + cause.getMessage());
    }

    void done() {
        DesiredChange change = running;
        running = null;
        change.done();
        device.loop.run();
    }

    void fail() {
        DesiredChange change = running;
        running = null;
        change.fail(new IllegalStateException("the route failed"));
        device.loop.run();
    }

    /** Deals with all that comes. */
    void doneAll() {
        while (running != null) {
            done();
        }
    }

    /** What was handed over, such as {@code all 1 {}} and {@code 2 {"a":1}}. */
    List<String> seen() {
        return changes.stream()
                .map(change -> (change.complete() ? "all " : "") + change.version() + " " + change.properties())
                .toList();
    }
}
