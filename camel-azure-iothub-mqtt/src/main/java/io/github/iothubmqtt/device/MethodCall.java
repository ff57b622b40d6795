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

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.iothubmqtt.transport.MqttConnection;

/**
 * One call of a direct method. Whoever got it answers once ({@link #answer}) and says once when the route is through with it
 * ({@link #finished}), which lets the next call of this method come; from any thread. What is said again does nothing.
 */
public final class MethodCall {

    private final DirectMethods owner;
    private final MqttConnection link;
    private final String name;
    private final String requestId;
    private final byte[] payload;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean finished = new AtomicBoolean();
    /** Confined to the event loop. */
    private Runnable limit = () -> {};

    MethodCall(DirectMethods owner, MqttConnection link, String name, String requestId, byte[] payload) {
        this.owner = owner;
        this.link = link;
        this.name = name;
        this.requestId = requestId;
        this.payload = payload;
    }

    /** The name of the method. */
    public String name() {
        return name;
    }

    /** The hub's id of this call. */
    public String requestId() {
        return requestId;
    }

    /** One JSON value in UTF-8, or nothing. */
    public byte[] payload() {
        return payload.clone();
    }

    /** Whether it was answered, be it because it took too long. */
    public boolean isAnswered() {
        return answered.get();
    }

    /**
     * Sends the answer, on the connection that the call came on; when that is gone, the caller has been told so by the hub.
     *
     * @param status any number; by custom as in HTTP
     * @param json one JSON value in UTF-8, 128 KB at most
     * @return false when it was answered already, for example because its time was up
     */
    public boolean answer(int status, byte[] json) {
        boolean first = answered.compareAndSet(false, true);
        if (first) {
            owner.answered(this, status, json);
        }
        return first;
    }

    /** The route is through with it. @return false when that was said already */
    public boolean finished() {
        boolean first = finished.compareAndSet(false, true);
        if (first) {
            owner.finished(this);
        }
        return first;
    }

    MqttConnection link() {
        return link;
    }

    void limitedBy(Runnable cancel) {
        limit = cancel;
    }

    void cancelLimit() {
        limit.run();
    }
}
