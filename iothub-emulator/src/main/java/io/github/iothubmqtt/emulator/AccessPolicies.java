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

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The hub's shared access policies, those that every new hub has, with keys of their own. Not changed once the hub runs. */
final class AccessPolicies {

    /** What a policy allows. */
    enum Permission {
        REGISTRY_READ("RegistryRead"),
        REGISTRY_WRITE("RegistryWrite"),
        SERVICE_CONNECT("ServiceConnect"),
        DEVICE_CONNECT("DeviceConnect");

        private final String azuresName;

        Permission(String azuresName) {
            this.azuresName = azuresName;
        }

        @Override
        public String toString() {
            return azuresName;
        }
    }

    private static final Map<String, Set<Permission>> PERMISSIONS = Map.of(
            "iothubowner",
            EnumSet.allOf(Permission.class),
            "service",
            EnumSet.of(Permission.SERVICE_CONNECT),
            "device",
            EnumSet.of(Permission.DEVICE_CONNECT),
            "registryRead",
            EnumSet.of(Permission.REGISTRY_READ),
            "registryReadWrite",
            EnumSet.of(Permission.REGISTRY_READ, Permission.REGISTRY_WRITE));

    private final Map<String, SharedAccessKeys> keys = new TreeMap<>();

    AccessPolicies() {
        PERMISSIONS.keySet().forEach(name -> keys.put(name, SharedAccessKeys.generate()));
    }

    AccessPolicies(Map<String, SharedAccessKeys> keys) {
        this.keys.putAll(keys);
    }

    /** Gives one of the hub's policies this primary key, base64 of 16 to 64 bytes. */
    void setPrimaryKey(String policy, String key) {
        if (!keys.get(checkedName(policy)).primary().equals(key)) {
            keys.put(policy, SharedAccessKeys.withPrimary(key));
        }
    }

    /** Takes over keys that were kept. */
    void setKeys(String policy, SharedAccessKeys value) {
        keys.put(checkedName(policy), value);
    }

    Set<String> names() {
        return keys.keySet();
    }

    private static String checkedName(String policy) {
        if (!PERMISSIONS.containsKey(policy)) {
            throw new IllegalArgumentException("'" + policy + "' is no shared access policy of a hub: there are "
                    + String.join(", ", new TreeSet<>(PERMISSIONS.keySet())));
        }
        return policy;
    }

    /** Null for an unknown policy. */
    SharedAccessKeys keysOf(String policy) {
        return keys.get(policy);
    }

    /** Null for an unknown policy, and for one without the permission. */
    SharedAccessKeys keysOfPolicyThatMay(Permission permission, String policy) {
        return PERMISSIONS.getOrDefault(policy, Set.of()).contains(permission) ? keys.get(policy) : null;
    }
}
