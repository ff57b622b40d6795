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
package io.github.iothubmqtt.reliability;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.reliability.Login.Way;

/**
 * What can befall a device. Each is inflicted on the hub's thread, after a message of the device was stored and before its PUBACK
 * is due.
 *
 * <p>Not here is what would make a hub break its own promise: that it forgets a message that it has accepted, or drops a PUBLISH in
 * the middle of a stream that TCP keeps in order.
 */
enum Mishap {
    CUT_BEFORE_PUBACK(FaultPoint.STORED, Fault.cut(), false),
    RESET_BEFORE_PUBACK(FaultPoint.STORED, Fault.reset(), false),
    CUT_WITHIN_PUBACK(FaultPoint.STORED, Fault.cutMidPacket(), false),
    CUT_AFTER_PUBACK(FaultPoint.PUBACK, Fault.cut(), false),
    CUT_BEFORE_STORING(FaultPoint.PUBLISH, Fault.cut(), false),
    THROTTLED(FaultPoint.PUBLISH, Fault.close(429001), false),
    HALF_OPEN(FaultPoint.STORED, Fault.silence(), false),
    LATE_PUBACK(FaultPoint.STORED, Fault.delay(Duration.ofMillis(300)), false),
    DOUBLE_PUBACK(FaultPoint.STORED, Fault.duplicate(), false),
    REORDERED_PUBACKS(FaultPoint.STORED, Fault.reorder(), false),
    LOST_PUBACK(FaultPoint.STORED, Fault.drop(), false),

    CUT_IN_TLS_HANDSHAKE(FaultPoint.TLS_HANDSHAKE, Fault.cut(), true),
    CUT_BEFORE_CONNACK(FaultPoint.CONNECT, Fault.cut(), true),
    CUT_WITHIN_CONNACK(FaultPoint.CONNECT, Fault.cutMidPacket(), true),
    CUT_AFTER_CONNACK(FaultPoint.CONNACK, Fault.cut(), true),
    LOST_CONNACK(FaultPoint.CONNECT, Fault.drop(), true),
    REFUSED_SERVER_UNAVAILABLE(FaultPoint.CONNECT, Fault.refuse(3), true),
    REFUSED_NOT_AUTHORIZED(FaultPoint.CONNECT, Fault.refuse(5), true),
    CUT_BEFORE_SUBACK(FaultPoint.SUBSCRIBE, Fault.cut(), true),
    CUT_AFTER_SUBACK(FaultPoint.SUBACK, Fault.cut(), true),
    LOST_SUBACK(FaultPoint.SUBSCRIBE, Fault.drop(), true),
    REFUSED_SUBSCRIPTION(FaultPoint.SUBSCRIBE, Fault.refuseSubscription(), true),
    CUT_BEFORE_DEVICEBOUND(FaultPoint.DEVICEBOUND, Fault.cut(), false),
    CUT_WITHIN_DEVICEBOUND(FaultPoint.DEVICEBOUND, Fault.cutMidPacket(), false),
    CUT_AFTER_DEVICEBOUND(FaultPoint.DEVICEBOUND_SENT, Fault.cut(), false),
    CUT_AT_DEVICEBOUND_PUBACK(FaultPoint.DEVICEBOUND_PUBACK, Fault.cut(), false),
    DOUBLE_DEVICEBOUND(FaultPoint.DEVICEBOUND, Fault.duplicate(), false),

    CUT_AT_TWIN_UPDATE(FaultPoint.TWIN_PATCH, Fault.cut()),
    TWIN_BUSY(FaultPoint.TWIN_PATCH, Fault.answerStatus(429)),
    TWIN_BROKEN(FaultPoint.TWIN_RESPONSE, Fault.answerStatus(500)),
    CUT_BEFORE_TWIN_ANSWER(FaultPoint.TWIN_RESPONSE, Fault.cut()),
    LOST_TWIN_ANSWER(FaultPoint.TWIN_RESPONSE, Fault.drop()),
    DOUBLE_TWIN_ANSWER(FaultPoint.TWIN_RESPONSE, Fault.duplicate()),
    FOREIGN_TWIN_ANSWER(FaultPoint.TWIN_RESPONSE, Fault.answerOtherRid()),
    CUT_BEFORE_DESIRED(FaultPoint.DESIRED_NOTIFICATION, Fault.cut()),
    LOST_DESIRED(FaultPoint.DESIRED_NOTIFICATION, Fault.drop()),
    DOUBLE_DESIRED(FaultPoint.DESIRED_NOTIFICATION, Fault.duplicate()),
    REORDERED_DESIRED(FaultPoint.DESIRED_NOTIFICATION, Fault.reorder()),
    CUT_BEFORE_METHOD(FaultPoint.METHOD_REQUEST, Fault.cut()),
    DOUBLE_METHOD(FaultPoint.METHOD_REQUEST, Fault.duplicate()),
    REORDERED_METHODS(FaultPoint.METHOD_REQUEST, Fault.reorder()),
    CUT_AT_METHOD_ANSWER(FaultPoint.METHOD_RESPONSE, Fault.cut()),
    LOST_METHOD_ANSWER(FaultPoint.METHOD_RESPONSE, Fault.drop()),

    CUT_AT_ANY_TIME {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            later.run(() -> hub.disconnect(deviceId));
        }
    },
    CUT_TWICE {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            hub.disconnect(deviceId);
            later.run(() -> hub.disconnect(deviceId));
        }
    },
    DISABLED_FOR_A_WHILE {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            hub.device(deviceId).orElseThrow().disable();
            later.run(() -> hub.device(deviceId).orElseThrow().enable());
        }
    },
    TOKEN_EXPIRED {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            hub.faults().expireToken(deviceId);
        }
    },
    EVICTED {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            hub.faults().evict(deviceId);
        }
    },
    SESSION_FORGOTTEN {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            hub.faults().forgetSession(deviceId);
            hub.disconnect(deviceId);
        }
    },
    KEYS_ROLLED(Way.KEY, Way.TOKEN_PROVIDER) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            login.keys().rollFirst();
            later.run(login.keys()::rollSecond);
        }
    },
    TOKEN_PROVIDER_DOWN(Way.TOKEN_PROVIDER) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            login.vault().close();
            hub.disconnect(login.deviceId());
            later.run(login.vault()::open);
        }
    },
    CERTIFICATE_EXCHANGED(Way.CERTIFICATE_FILES, Way.KEY_STORE) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            later.run(() -> {
                login.certificate().exchange();
                hub.disconnect(login.deviceId());
            });
        }
    },
    CERTIFICATE_LATE(Way.CERTIFICATE_FILES, Way.KEY_STORE) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            login.certificate().revoke();
            hub.disconnect(login.deviceId());
            later.run(login.certificate()::exchange);
        }
    },
    REGISTERED_AGAIN(Way.GROUP_KEY) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            doubt(hub, login);
        }
    },
    REGISTRATION_CUT(Way.GROUP_KEY) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            failToRegister(hub, login, FaultPoint.PROVISIONING_REGISTER, Fault.cut());
        }
    },
    REGISTRATION_THROTTLED(Way.GROUP_KEY) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            failToRegister(hub, login, FaultPoint.PROVISIONING_REGISTER, Fault.answerStatus(429, Duration.ZERO));
        }
    },
    LOST_ASSIGNMENT(Way.GROUP_KEY) {
        @Override
        void inflict(IotHubEmulator hub, Login login, Later later) {
            failToRegister(hub, login, FaultPoint.PROVISIONING_RESPONSE, Fault.drop());
        }
    },
    HUB_RESTARTED {
        @Override
        void inflict(IotHubEmulator hub, String deviceId, Later later) {
            later.run(hub::restart); // all devices lose their links
        }
    };

    /** Does something at a random moment within the next tenth of a second. */
    interface Later {
        void run(Runnable what);
    }

    private static final int NOT_AUTHORIZED = 5;

    private final FaultPoint point;
    private final Fault fault;
    private final boolean onTheNextConnection;
    private final boolean ofTwins;
    /** Empty when it can befall whoever logs in by whatever way, and whether or not the ways differ. */
    private final Set<Way> ways;

    Mishap() {
        this(null, null, false);
    }

    /** One that befalls devices only that log in by one of these ways. */
    Mishap(Way... ways) {
        this.point = null;
        this.fault = null;
        this.onTheNextConnection = false;
        this.ofTwins = false;
        this.ways = Set.of(ways);
    }

    /** One that befalls twins and methods only. */
    Mishap(FaultPoint point, Fault fault) {
        this.point = point;
        this.fault = fault;
        this.onTheNextConnection = false;
        this.ofTwins = true;
        this.ways = Set.of();
    }

    /** Those that can befall a run. */
    static List<Mishap> of(boolean twins, boolean logins) {
        return Arrays.stream(values())
                .filter(mishap -> twins || !mishap.ofTwins)
                .filter(mishap -> logins || !mishap.isOfLogins())
                .toList();
    }

    /** Whether it befalls the way in which a device logs in. */
    boolean isOfLogins() {
        return !ways.isEmpty();
    }

    boolean canBefall(Login login) {
        return ways.isEmpty() || login != null && ways.contains(login.way());
    }

    /** @param onTheNextConnection the point lies at the start of a connection, so the present one is cut to get there */
    Mishap(FaultPoint point, Fault fault, boolean onTheNextConnection) {
        this.point = point;
        this.fault = fault;
        this.onTheNextConnection = onTheNextConnection;
        this.ofTwins = false;
        this.ways = Set.of();
    }

    /** For a device whose way to log in is known. */
    void inflict(IotHubEmulator hub, Login login, Later later) {
        inflict(hub, login.deviceId(), later);
    }

    void inflict(IotHubEmulator hub, String deviceId, Later later) {
        if (point == FaultPoint.TLS_HANDSHAKE) {
            hub.faults().next(point, fault);
        } else {
            hub.faults().at(point).forDevice(deviceId).then(fault);
        }
        if (onTheNextConnection) {
            hub.disconnect(deviceId);
        }
    }

    /** The hub refuses the device once, so that it asks the provisioning service whether it has been moved. */
    private static void doubt(IotHubEmulator hub, Login login) {
        hub.faults().at(FaultPoint.CONNECT).forDevice(login.deviceId()).then(Fault.refuse(NOT_AUTHORIZED));
        hub.disconnect(login.deviceId());
    }

    private static void failToRegister(IotHubEmulator hub, Login login, FaultPoint point, Fault fault) {
        hub.faults().at(point).forDevice(login.deviceId()).then(fault);
        doubt(hub, login);
    }
}
