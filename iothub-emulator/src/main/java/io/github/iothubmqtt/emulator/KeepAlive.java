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

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.vertx.core.Vertx;

/**
 * Ends a connection on which no packet has come for one and a half times its keep-alive. On the machine's timer, not the hub's clock:
 * idle sockets are a matter of real time. Belongs to the hub's event loop.
 */
final class KeepAlive {

    private final Vertx vertx;
    private final int seconds;
    private final Duration timeout;
    private final Consumer<CloseCause> closer;
    private long timer;
    private long lastPacketNanos = System.nanoTime();

    /** {@code seconds} as in the CONNECT. */
    KeepAlive(Vertx vertx, int seconds, HubSettings settings, Consumer<CloseCause> closer) {
        this.vertx = vertx;
        this.seconds = seconds;
        this.timeout = timeout(seconds, settings.maxKeepAliveTimeout());
        this.closer = closer;
    }

    private static Duration timeout(int seconds, Duration max) {
        Duration wanted = Duration.ofMillis(seconds * 1500L);
        return seconds == 0 || wanted.compareTo(max) > 0 ? max : wanted;
    }

    void start() {
        wait(timeout);
    }

    private void wait(Duration delay) {
        timer = vertx.setTimer(Math.max(1, delay.toMillis()), id -> {
            long left = timeout.toNanos() - idleNanos();
            if (left <= 0) {
                closer.accept(cause());
            } else {
                wait(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(left) + 1));
            }
        });
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    void packetCame() {
        lastPacketNanos = System.nanoTime();
    }

    boolean isOver() {
        return idleNanos() >= timeout.toNanos();
    }

    private long idleNanos() {
        return System.nanoTime() - lastPacketNanos;
    }

    CloseCause cause() {
        return CloseCause.because(
                HubCode.CONNECTION_CLOSED_REMOTELY,
                "no packet came for " + timeout.toMillis() / 1000.0 + " s (keep-alive " + seconds + " s)");
    }
}
