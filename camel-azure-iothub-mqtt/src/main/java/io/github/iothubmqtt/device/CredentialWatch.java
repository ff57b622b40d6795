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

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

import io.github.iothubmqtt.device.Credentials.Credential;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an eye on the life of what a link has presented: has it renewed in time, or warns when that cannot be done from here. Confined
 * to the event loop.
 */
final class CredentialWatch {

    /** How long ahead of its end one that cannot be renewed is warned about; less when it lives no longer than that. */
    static final Duration NOTICE = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(CredentialWatch.class);

    private final DeviceIdentity identity;
    private final int renewAt;
    private final EventLoop loop;
    private final RandomGenerator random;

    /** @param renewAt percentage of a token's life */
    CredentialWatch(DeviceIdentity identity, int renewAt, EventLoop loop, RandomGenerator random) {
        this.identity = identity;
        this.renewAt = renewAt;
        this.loop = loop;
        this.random = random;
    }

    /**
     * @param timers of the link, and gone with it
     * @param renewal run in time, when the credential is renewable
     */
    void watch(Credential credential, Timers timers, Runnable renewal) {
        if (credential.expiry() == null) {
            return;
        }
        if (credential.renewable()) {
            timers.schedule(until(due(credential)), renewal);
        } else if (credential.isToken()) {
            watchReadyMade(credential, timers);
        } else {
            watchCertificate(credential, timers);
        }
    }

    // Up to 5 % of the life earlier than asked for, so that devices that started together do not renew together.
    private Instant due(Credential credential) {
        double share = (renewAt - 5 * random.nextDouble()) / 100;
        long life = Duration.between(credential.issued(), credential.expiry()).toMillis();
        return credential.issued().plusMillis((long) (life * share));
    }

    private void watchReadyMade(Credential token, Timers timers) {
        timers.schedule(
                until(notice(token)),
                () -> LOG.warn(
                        "The ready-made SAS token of {} expires at {}, and no other can be made from it: put a new one in"
                                + " its place and start the routes anew, or give the sharedAccessKey",
                        identity,
                        token.expiry()));
        timers.schedule(
                until(token.expiry()),
                () -> LOG.error(
                        "The ready-made SAS token of {} has expired at {}: the hub will close the connection and take no"
                                + " other",
                        identity,
                        token.expiry()));
    }

    private void watchCertificate(Credential certificate, Timers timers) {
        timers.schedule(
                until(notice(certificate)),
                () -> LOG.warn(
                        "The client certificate of {} expires at {}: put a new one in its place, which the next connect"
                                + " will use",
                        identity,
                        certificate.expiry()));
    }

    /** Never more than the last fifth of what is left. */
    private static Instant notice(Credential credential) {
        Duration fifth =
                Duration.between(credential.issued(), credential.expiry()).dividedBy(5);
        return credential.expiry().minus(fifth.compareTo(NOTICE) < 0 ? fifth : NOTICE);
    }

    private Duration until(Instant when) {
        Duration delay = Duration.between(loop.clock().instant(), when);
        return delay.isNegative() ? Duration.ZERO : delay;
    }
}
