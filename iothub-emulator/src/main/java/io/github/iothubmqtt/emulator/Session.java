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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the hub remembers of an identity between connections: its subscriptions. Belongs to the hub's event loop. One made for
 * CleanSession=1 ends with its connection.
 */
final class Session {

    private record Subscription(SubscriptionFilter.Purpose purpose, int qos) {}

    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private Runnable keeper = () -> {};

    /** Has the keeper run after each change from now on. */
    void keptBy(Runnable value) {
        keeper = value;
    }

    /** {@code grants} as of {@link #grants()}. */
    static Session restored(Identity identity, Map<String, Object> grants) {
        Session session = new Session();
        grants.forEach((filter, qos) -> {
            SubscriptionFilter.Purpose purpose = SubscriptionFilter.purposeOf(filter, identity);
            if (purpose != null) {
                session.subscribe(filter, purpose, ((Number) qos).intValue());
            }
        });
        return session;
    }

    /** The granted QoS by filter. */
    Map<String, Integer> grants() {
        Map<String, Integer> grants = new LinkedHashMap<>();
        subscriptions.forEach((filter, subscription) -> grants.put(filter, subscription.qos()));
        return grants;
    }

    void subscribe(String filter, SubscriptionFilter.Purpose purpose, int qos) {
        Subscription subscription = new Subscription(purpose, qos);
        if (!subscription.equals(subscriptions.put(filter, subscription))) {
            keeper.run();
        }
    }

    void unsubscribe(String filter) {
        if (subscriptions.remove(filter) != null) {
            keeper.run();
        }
    }

    Set<String> filters() {
        return Set.copyOf(subscriptions.keySet());
    }

    boolean isFull(String filter, int max) {
        return !subscriptions.containsKey(filter) && subscriptions.size() >= max;
    }

    /** The QoS granted for calls of the method, the highest where filters overlap; -1 when none lets them through. */
    int grantedQosForMethod(String method) {
        return subscriptions.entrySet().stream()
                .filter(each -> SubscriptionFilter.coversMethod(each.getKey(), method))
                .mapToInt(each -> each.getValue().qos())
                .max()
                .orElse(-1);
    }

    /** The QoS granted for the purpose, the highest where filters overlap; -1 when nothing is subscribed. */
    int grantedQos(SubscriptionFilter.Purpose purpose) {
        return subscriptions.values().stream()
                .filter(subscription -> subscription.purpose() == purpose)
                .mapToInt(Subscription::qos)
                .max()
                .orElse(-1);
    }
}
