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

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The twin of a device or a module, as the service side sees it: always as it is now, and always the same one, for the twin lives
 * as long as its device is registered. Maps are unmodifiable and hold what JSON holds: maps, lists, strings, booleans, numbers, null.
 * Thread-safe.
 */
public final class EmulatedTwin {

    private final Hub hub;
    private final Identity identity;
    private final Twin twin;

    EmulatedTwin(Hub hub, Identity identity, Twin twin) {
        this.hub = hub;
        this.identity = identity;
        this.twin = twin;
    }

    /** The desired properties, without version and metadata. */
    public Map<String, Object> desired() {
        return onLoop(() -> twin.desired().values());
    }

    /** The desired properties as JSON, without version and metadata. */
    public String desiredJson() {
        return Json.write(desired());
    }

    /** 1 for a new twin, one more with each update. */
    public long desiredVersion() {
        return onLoop(() -> twin.desired().version());
    }

    /** The reported properties, without version and metadata. */
    public Map<String, Object> reported() {
        return onLoop(() -> twin.reported().values());
    }

    /** The reported properties as JSON, without version and metadata. */
    public String reportedJson() {
        return Json.write(reported());
    }

    /** 1 for a new twin, one more with each update. */
    public long reportedVersion() {
        return onLoop(() -> twin.reported().version());
    }

    public Map<String, Object> tags() {
        return onLoop(twin::tags);
    }

    public String tagsJson() {
        return Json.write(tags());
    }

    /** The whole twin as the service API of Azure gives it, with metadata, versions, etags and the state of the connection. */
    public String json() {
        return onLoop(() -> hub.twins().backEndJson(identity, twin));
    }

    /**
     * Merges a JSON object into the desired properties, in which null removes, and notifies the device if it is connected and has
     * subscribed to that.
     *
     * @return the new version
     * @throws HubException with code 400006 for what is no JSON object, 400004 for a key or value that a twin cannot hold, 413001 when
     *     the properties would get too large, 404001 or 404010 when the device or module was removed
     */
    public long updateDesired(String json) {
        return onLoop(() -> hub.twins().updateDesired(identity, twin, json));
    }

    /**
     * Puts this JSON object in the place of all desired properties. The notification holds all of them.
     *
     * @return the new version
     * @throws HubException as {@link #updateDesired}
     */
    public long replaceDesired(String json) {
        return onLoop(() -> hub.twins().replaceDesired(identity, twin, json));
    }

    /**
     * Merges a JSON object into the tags, of which devices see nothing.
     *
     * @throws HubException as {@link #updateDesired}
     */
    public void updateTags(String json) {
        hub.loop().run(() -> hub.twins().updateTags(identity, twin, json));
    }

    /**
     * Waits until the predicate likes the reported properties, as they are now or come to be; it is shown each state. Returns that state.
     *
     * @throws AssertionError after the timeout; tells the properties and what the hub saw
     */
    public Map<String, Object> awaitReported(Predicate<Map<String, Object>> predicate, Duration timeout) {
        BlockingQueue<Map<String, Object>> states = new LinkedBlockingQueue<>();
        Consumer<Map<String, Object>> watcher = states::add;
        hub.loop().run(() -> twin.watchReported(watcher));
        try {
            return firstMatch(states, predicate, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the hub", e);
        } finally {
            hub.loop().run(() -> twin.unwatchReported(watcher));
        }
    }

    private Map<String, Object> firstMatch(
            BlockingQueue<Map<String, Object>> states, Predicate<Map<String, Object>> predicate, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Map<String, Object> state = states.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (state == null) {
                throw new AssertionError(
                        "The reported properties of " + identity + " have not become what was awaited for " + timeout
                                + ", they are " + reportedJson() + ". " + hub.report());
            }
            if (predicate.test(state)) {
                return state;
            }
        }
    }

    private <T> T onLoop(Supplier<T> task) {
        return hub.loop().call(task);
    }

    @Override
    public String toString() {
        return "EmulatedTwin[" + identity + "]";
    }
}
