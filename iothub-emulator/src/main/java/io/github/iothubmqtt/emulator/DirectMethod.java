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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A call of a direct method. Immutable: each setter returns a new object.
 *
 * <pre>{@code hub.invokeMethod("dev1", DirectMethod.named("reboot").payload("{\"delay\":5}"))}</pre>
 */
public final class DirectMethod implements Cloneable {

    private final String name;
    private String payload;
    private byte[] rawPayload;
    private Duration responseTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ZERO;

    private DirectMethod(String name) {
        this.name = name;
    }

    /** The hub takes 1 to 128 printable ASCII characters but {@code $ ( ) < > @ , ; : \ " / [ ] ? = { } # +} and blanks. */
    public static DirectMethod named(String name) {
        return new DirectMethod(Objects.requireNonNull(name, "name"));
    }

    /** JSON of any kind. Without it, {@link HubSettings#absentMethodPayload()} says what the device gets. */
    public DirectMethod payload(String json) {
        return with(m -> m.payload = Objects.requireNonNull(json, "json"));
    }

    /** Sends these bytes, JSON or not, in place of a payload: for tests against hubs that do what no hub should. */
    public DirectMethod rawPayload(byte[] bytes) {
        byte[] copy = bytes.clone();
        return with(m -> m.rawPayload = copy);
    }

    /** How long the device may take to answer, from 5 s to 300 s. Default 30 s. */
    public DirectMethod responseTimeout(Duration value) {
        return with(m -> m.responseTimeout = Objects.requireNonNull(value, "responseTimeout"));
    }

    /** How long the hub waits for a device that is not online, up to 300 s. Default 0: such a call fails at once. */
    public DirectMethod connectTimeout(Duration value) {
        return with(m -> m.connectTimeout = Objects.requireNonNull(value, "connectTimeout"));
    }

    String name() {
        return name;
    }

    /** Null when the caller gives none. */
    String payload() {
        return payload;
    }

    Duration responseTimeout() {
        return responseTimeout;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** What the device gets. */
    byte[] body(HubSettings.AbsentMethodPayload ifAbsent) {
        if (rawPayload != null) {
            return rawPayload;
        }
        if (payload != null) {
            return payload.getBytes(StandardCharsets.UTF_8);
        }
        return (ifAbsent == HubSettings.AbsentMethodPayload.NULL ? "null" : "").getBytes(StandardCharsets.UTF_8);
    }

    private DirectMethod with(Consumer<DirectMethod> change) {
        DirectMethod copy = clone();
        change.accept(copy);
        return copy;
    }

    @Override
    protected DirectMethod clone() {
        try {
            return (DirectMethod) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return "DirectMethod[" + name + "]";
    }
}
