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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One filter that a connection is to be subscribed to, over all its links. Confined to the event loop. */
final class Subscription {

    final String filter;
    final int qos;
    /** What it brings, as it stands in a sentence. */
    final String what;

    private final Runnable whenGranted;
    final CompletableFuture<Void> granted = new CompletableFuture<>();
    private boolean active;
    private boolean held;

    /** @param whenGranted called each time that the hub grants it, once per link */
    Subscription(String filter, int qos, String what, Runnable whenGranted) {
        this.filter = filter;
        this.qos = qos;
        this.what = what;
        this.whenGranted = whenGranted;
    }

    /** Completes when the hub has granted it for the first time; fails with an {@link IotHubException}. */
    CompletionStage<Void> granted() {
        return granted;
    }

    /** Whether the hub has granted it on the present link. */
    boolean active() {
        return active;
    }

    /** Whether the hub has granted it on the present link, or on the one that a planned reconnect follows. */
    boolean held() {
        return held;
    }

    void grant() {
        active = true;
        held = true;
        granted.complete(null);
        whenGranted.run();
    }

    void linkLost() {
        active = false;
    }

    void lost() {
        active = false;
        held = false;
    }
}
