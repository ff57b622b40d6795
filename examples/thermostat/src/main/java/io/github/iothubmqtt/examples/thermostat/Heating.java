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
package io.github.iothubmqtt.examples.thermostat;

import java.util.Map;

import io.github.iothubmqtt.camel.IotHubMqttConstants;
import org.apache.camel.Header;

/** The thing itself: a room whose temperature follows a target. Thread-safe. */
public final class Heating {

    private static final int COLDEST = 5;
    private static final int WARMEST = 30;

    private double temperature = 18;
    private double target = 20;

    /** One step of time: the room comes nearer to the target. */
    public synchronized Map<String, Object> read() {
        temperature += Math.max(-0.5, Math.min(0.5, target - temperature));
        return Map.of("temperature", temperature);
    }

    /**
     * Obeys the desired properties.
     *
     * @param desired all of them, or those that changed
     * @return what to report: the target with the version that it comes from and how it went; null when it is none of ours
     */
    public synchronized Map<String, Object> obey(
            Map<String, Object> desired, @Header(IotHubMqttConstants.DESIRED_VERSION) long version) {
        if (!(desired.get("targetTemperature") instanceof Number wanted)) {
            return null;
        }
        boolean possible = wanted.doubleValue() >= COLDEST && wanted.doubleValue() <= WARMEST;
        if (possible) {
            target = wanted.doubleValue();
        }
        return Map.of(
                "targetTemperature",
                Map.of(
                        "value",
                        target,
                        "ac",
                        possible ? 200 : 400,
                        "av",
                        version,
                        "ad",
                        possible ? "heating to it" : "only " + COLDEST + " to " + WARMEST + " are possible"));
    }

    /** Forgets the target. */
    public synchronized Map<String, Object> reboot() {
        target = 20;
        return Map.of("rebooted", true, "target", target);
    }
}
