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

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The hub's shared access policies, those that every new hub has, with keys of their own. Not changed once the hub runs. */
final class AccessPolicies {

    private static final Set<String> NAMES =
            Set.of("iothubowner", "service", "device", "registryRead", "registryReadWrite");
    private static final Set<String> MAY_CONNECT_DEVICES = Set.of("iothubowner", "device");

    private final Map<String, SharedAccessKeys> keys = new TreeMap<>();

    AccessPolicies() {
        NAMES.forEach(name -> keys.put(name, SharedAccessKeys.generate()));
    }

    AccessPolicies(Map<String, SharedAccessKeys> keys) {
        this.keys.putAll(keys);
    }

    /** Gives one of the hub's policies this primary key, base64 of 16 to 64 bytes. */
    void setPrimaryKey(String policy, String key) {
        keys.put(checkedName(policy), SharedAccessKeys.withPrimary(key));
    }

    private static String checkedName(String policy) {
        if (!NAMES.contains(policy)) {
            throw new IllegalArgumentException("'" + policy + "' is no shared access policy of a hub: there are "
                    + String.join(", ", new TreeSet<>(NAMES)));
        }
        return policy;
    }

    /** Null for an unknown policy. */
    SharedAccessKeys keysOf(String policy) {
        return keys.get(policy);
    }

    /** Null for an unknown policy, and for one without the permission DeviceConnect. */
    SharedAccessKeys keysOfPolicyThatMayConnect(String policy) {
        return MAY_CONNECT_DEVICES.contains(policy) ? keys.get(policy) : null;
    }
}
