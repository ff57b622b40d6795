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

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The hub's identity registry. Thread-safe. */
final class DeviceRegistry {

    private final Map<String, EmulatedDevice> devices = new ConcurrentHashMap<>();

    void add(EmulatedDevice device) {
        if (devices.putIfAbsent(device.deviceId(), device) != null) {
            throw new IllegalArgumentException("Device " + device.deviceId() + " exists already");
        }
    }

    /** Null for an unknown device. */
    EmulatedDevice find(String deviceId) {
        return devices.get(deviceId);
    }

    /** Null for an unknown device. */
    EmulatedDevice remove(String deviceId) {
        return devices.remove(deviceId);
    }

    /** In the order of their ids. */
    List<EmulatedDevice> all() {
        return devices.values().stream()
                .sorted(Comparator.comparing(EmulatedDevice::deviceId))
                .toList();
    }
}
