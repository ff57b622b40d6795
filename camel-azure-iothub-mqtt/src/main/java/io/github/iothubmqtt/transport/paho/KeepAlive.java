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
package io.github.iothubmqtt.transport.paho;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends a ping when one keep-alive has passed without traffic one way or the other, and gives the peer up when it has been silent
 * for one and a half. Paho's own check needs up to three. Its state belongs to the scheduler's one pending task.
 */
final class KeepAlive {

    /** Paho looks at clocks of its own, which may be this far behind; then the next look comes after as long. */
    private static final long SKEW = TimeUnit.MILLISECONDS.toNanos(5);

    private final long period;
    private final Delays delays;
    private final TlsSocket socket;
    private final BooleanSupplier ping;
    private final Runnable silent;

    private volatile boolean stopped;
    private volatile Future<?> pending;
    private long pinged;
    private boolean everPinged;

    /**
     * @param ping sends PINGREQ; false when it was found not to be due
     * @param silent told once that the peer is silent
     */
    KeepAlive(Duration period, Delays delays, TlsSocket socket, BooleanSupplier ping, Runnable silent) {
        this.period = period.toNanos();
        this.delays = delays;
        this.socket = socket;
        this.ping = ping;
        this.silent = silent;
    }

    void start() {
        if (period > 0) {
            checkAfter(period);
        }
    }

    void stop() {
        stopped = true;
        Future<?> check = pending;
        if (check != null) {
            check.cancel(false);
        }
    }

    private void check() {
        if (stopped) {
            return;
        }
        long now = System.nanoTime();
        long quiet = now - socket.lastInbound();
        boolean awaitingAnswer = everPinged && pinged - socket.lastInbound() >= 0;
        if (awaitingAnswer) {
            // The second half of the condition matters when this machine was busy and the ping went out late.
            long left = Math.max(period + period / 2 - quiet, period / 2 - (now - pinged));
            if (left > 0) {
                checkAfter(left);
            } else if (socket.hasUnreadBytes()) {
                checkAfter(period / 2);
            } else {
                silent.run();
            }
            return;
        }
        long idle = Math.max(quiet, now - socket.lastOutbound());
        if (idle < period) {
            checkAfter(period - idle);
        } else if (ping.getAsBoolean()) {
            pinged = now;
            everPinged = true;
            checkAfter(period / 2);
        } else {
            checkAfter(SKEW);
        }
    }

    private void checkAfter(long nanos) {
        pending = delays.after(Duration.ofNanos(Math.max(nanos, SKEW)), this::check);
    }
}
