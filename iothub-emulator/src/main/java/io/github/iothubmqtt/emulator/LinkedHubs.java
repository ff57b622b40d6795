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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The hubs to which devices can be assigned, the emulator's own first. Thread-safe. */
final class LinkedHubs {

    private final LinkedHub own;
    private final List<LinkedHub> all = new CopyOnWriteArrayList<>();

    LinkedHubs(LinkedHub own) {
        this.own = own;
        all.add(own);
    }

    LinkedHub own() {
        return own;
    }

    LinkedHub link(IotHubEmulator emulator) {
        return link(emulator.linkedHub());
    }

    LinkedHub link(String name) {
        if (!name.matches("[A-Za-z0-9._\\-]+(:\\d{1,5})?")) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no host name: contoso.azure-devices.net, or with a port");
        }
        LinkedHub known = find(name);
        return known == null ? link(new LinkedHub.Named(name)) : known;
    }

    private LinkedHub link(LinkedHub hub) {
        // One that was known by its name alone, from an earlier run for instance, is better known now.
        all.removeIf(each -> each instanceof LinkedHub.Named && each.name().equalsIgnoreCase(hub.name()));
        if (!all.contains(hub)) {
            all.add(hub);
        }
        return hub;
    }

    /** Null for an unknown one. */
    LinkedHub find(String name) {
        return all.stream()
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }

    /** What is known now of a hub that was known before. */
    LinkedHub current(LinkedHub hub) {
        LinkedHub known = hub instanceof LinkedHub.Named ? find(hub.name()) : hub;
        return known == null ? hub : known;
    }

    List<String> names() {
        return all.stream().map(LinkedHub::name).toList();
    }

    /** Always the same for one text and as many hubs. */
    LinkedHub pick(String text) {
        List<LinkedHub> hubs = List.copyOf(all);
        return hubs.get(Math.floorMod(text.hashCode(), hubs.size()));
    }
}
