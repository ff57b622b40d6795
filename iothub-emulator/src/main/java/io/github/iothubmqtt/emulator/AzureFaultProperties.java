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

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Obeys the fault properties that Microsoft's device SDKs send in telemetry when they test themselves against a real hub. Belongs to
 * the hub's event loop; times are on the hub's clock.
 */
final class AzureFaultProperties {

    private static final String PREFIX = "AzIoTHub_FaultOperation";
    private static final String TYPE = PREFIX + "Type";
    private static final String REASON = PREFIX + "CloseReason";
    private static final String DELAY = PREFIX + "DelayInSecs";
    private static final String DURATION = PREFIX + "DurationInSecs";

    private final Hub hub;

    AzureFaultProperties(Hub hub) {
        this.hub = hub;
    }

    /** Looks at a message that was stored; what it asks for happens after its PUBACK at the earliest. */
    void obey(TelemetryMessage message) {
        String type = message.properties().get(TYPE);
        if (type == null) {
            return;
        }
        Identity sender = new Identity(message.deviceId(), message.moduleId());
        try {
            Duration delay = seconds(message.properties(), DELAY);
            Duration duration = seconds(message.properties(), DURATION);
            Fault refusal = refusal(type);
            String reason = message.properties().get(REASON);
            String what = reason == null ? type : type + " (" + reason + ")";
            at(delay, () -> begin(sender, what, refusal, duration));
        } catch (IllegalArgumentException e) {
            hub.log().warning(sender, HubCode.NONE, "a fault property was ignored: " + e.getMessage());
        }
    }

    private static Duration seconds(Map<String, String> properties, String name) {
        String value = properties.get(name);
        if (value == null) {
            return Duration.ZERO;
        }
        try {
            long millis = new BigDecimal(value).movePointRight(3).longValue();
            if (millis >= 0) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException notANumber) {
            // Told below, together with what is below 0.
        }
        throw new IllegalArgumentException(name + " must be seconds from 0 on, not '" + value + "'");
    }

    /** How CONNECTs are answered while the fault lasts; null where it ends the connection and that is all. */
    private static Fault refusal(String type) {
        return switch (type) {
            case "KillTcp", "ShutDownMqtt" -> null;
            case "InvokeThrottling" -> Fault.refuse(3, HubCode.THROTTLED);
            case "InvokeMaxMessageQuota" -> Fault.refuse(3, HubCode.QUOTA_EXCEEDED);
            case "InvokeAuthError" -> Fault.refuse(5, HubCode.UNAUTHORIZED);
            default -> throw new IllegalArgumentException(TYPE + " '" + type + "' is none that MQTT has");
        };
    }

    private void begin(Identity sender, String what, Fault refusal, Duration duration) {
        hub.log().fault(sender, "request: " + what);
        String why = "the device asked for the fault " + what;
        if (refusal == null) {
            hub.cut(sender, CloseCause.because(HubCode.CONNECTION_CLOSED_REMOTELY, why));
            return;
        }
        if (!duration.isZero()) {
            ArmedFault refusing = hub.faults()
                    .at(FaultPoint.CONNECT)
                    .forDevice(sender.deviceId())
                    .always()
                    .then(refusal);
            at(duration, () -> {
                refusing.disarm();
                hub.log().fault(sender, "request: " + what + " is over");
            });
        }
        hub.close(sender, CloseCause.because(refusal.logCode(), why));
    }

    private void at(Duration delay, Runnable task) {
        Instant due = hub.clock().instant().plus(delay);
        hub.loop().at(due, task);
    }
}
