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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.Will;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.ScheduledExecutorPingSender;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paho's client for one connection, and what one must know of Paho to start it fast, let DISCONNECT be the last packet, and
 * end it for certain. Thread-safe.
 */
final class PahoClient {

    private static final Logger LOG = LoggerFactory.getLogger(PahoClient.class);

    /** Never looked up: {@link TlsSocket} knows where to connect to. */
    private static final String NOWHERE = "tcp://127.0.0.1:1";

    /**
     * Paho refuses to publish (32202) while this many are in flight. It takes one off its count before it reports the PUBACK
     * here, so that for a caller who counts our stages, as the device layer does with its window of some thousands, the count
     * is never higher than his own and this limit never met. (It is met early by callers who wait on Paho's tokens: those
     * wake up before the count falls.)
     */
    private static final int IN_FLIGHT_LIMIT = 65_535;

    private static final Duration HURRY_PERIOD = Duration.ofMillis(2);
    private static final Duration WIND_UP_PERIOD = Duration.ofMillis(50);

    private final ConnectOptions options;
    private final PahoThreads threads;
    private final Delays delays;
    private final TlsSocket socket;
    private final MqttAsyncClient paho;
    private final AtomicLong unwrittenPublishes = new AtomicLong();
    private final AtomicBoolean disconnectSent = new AtomicBoolean();
    /** Set when nothing more is to be published: what DISCONNECT waits for to be written. */
    private volatile Runnable disconnect;

    PahoClient(ConnectOptions options, MqttCallback callback, PahoThreads threads, Delays delays) throws MqttException {
        this.options = options;
        this.threads = threads;
        this.delays = delays;
        this.socket = new TlsSocket(options, this::hurryUp, this::packetWritten);
        this.paho = new MqttAsyncClient(
                NOWHERE,
                options.clientId(),
                new MemoryPersistence(),
                new ScheduledExecutorPingSender(threads),
                threads);
        paho.setManualAcks(true);
        // Before connect: a kept session may deliver right after CONNACK, and Paho drops what nobody listens to.
        paho.setCallback(callback);
    }

    TlsSocket socket() {
        return socket;
    }

    boolean isConnected() {
        return paho.isConnected();
    }

    void connect(IMqttActionListener completion) throws MqttException {
        MqttConnectOptions connect = new MqttConnectOptions();
        connect.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        connect.setSocketFactory(new OneSocketFactory(socket));
        connect.setUserName(options.userName());
        if (options.password() != null) {
            connect.setPassword(options.password().toCharArray());
        }
        connect.setCleanSession(options.cleanSession());
        connect.setKeepAliveInterval((int) options.keepAlive().toSeconds());
        connect.setMaxInflight(IN_FLIGHT_LIMIT);
        Will will = options.will();
        if (will != null) {
            connect.setWill(will.topic(), will.payload(), will.qos(), false);
        }
        paho.connect(connect, null, completion);
    }

    private void hurryUp() {
        if (socket.startedUp() || threads.released().isDone()) {
            return;
        }
        threads.hurryUp();
        delays.after(HURRY_PERIOD, this::hurryUp);
    }

    void publish(String topic, byte[] payload, int qos, IMqttActionListener completion) throws MqttException {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(qos);
        unwrittenPublishes.incrementAndGet();
        try {
            paho.publish(topic, message, null, completion);
        } catch (MqttException | RuntimeException e) {
            unwrittenPublishes.decrementAndGet();
            throw e;
        }
    }

    void subscribe(String filter, int qos, IMqttActionListener completion) throws MqttException {
        paho.subscribe(filter, qos, null, completion);
    }

    void unsubscribe(String filter, IMqttActionListener completion) throws MqttException {
        paho.unsubscribe(filter, null, completion);
    }

    void acknowledge(InboundMessage message) throws MqttException {
        paho.messageArrivedComplete(message.packetId(), message.qos());
    }

    /** Returns false when Paho found that no ping is due yet. */
    boolean ping() throws MqttException {
        return paho.checkPing(null, null) != null;
    }

    /**
     * Sends DISCONNECT behind all that was handed over before, then closes the socket gently.
     *
     * @param done told when that is over; perhaps not when the connection breaks in the meantime
     */
    void disconnect(Runnable done) {
        disconnect = done;
        disconnectOnceWritten();
    }

    /** Left to itself, Paho sends DISCONNECT ahead of publishes that still wait for the socket. */
    private void disconnectOnceWritten() {
        if (unwrittenPublishes.get() > 0 || !disconnectSent.compareAndSet(false, true)) {
            return;
        }
        try {
            // On a thread of its own, because Paho refuses this on the one that calls the listener.
            threads.execute(() -> disconnectPaho(disconnect));
        } catch (RejectedExecutionException e) {
            disconnect.run();
        }
    }

    private void disconnectPaho(Runnable done) {
        try {
            paho.disconnect(0, null, new IMqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    done.run();
                }

                @Override
                public void onFailure(IMqttToken token, Throwable cause) {
                    done.run();
                }
            });
        } catch (MqttException e) {
            LOG.debug("DISCONNECT was not sent for {}", options, e);
            done.run();
        }
    }

    private void packetWritten(int type) {
        if (type == TlsSocket.PUBLISH && unwrittenPublishes.decrementAndGet() == 0 && disconnect != null) {
            disconnectOnceWritten();
        }
    }

    /** Ends the connection now; {@link PahoThreads#released()} tells when the last thread is back. */
    void cut() {
        socket.cut();
        windUp();
    }

    /**
     * Sees to it that Paho's threads end. They do so by themselves when the socket is cut, but for two faults of Paho's: the
     * shut-down is the receiver's job, and that may have died; and the sender misses its call when it is between two looks at
     * its queue.
     */
    private void windUp() {
        delays.after(WIND_UP_PERIOD, () -> {
            if (threads.released().isDone()) {
                return;
            }
            if (socket.startedUp()) {
                threads.execute(this::shutPahoDown);
            }
            windUp();
        });
    }

    private void shutPahoDown() {
        try {
            paho.disconnectForcibly(0, 1, false);
            // Goes nowhere, as the socket is closed, but wakes the sender up.
            paho.messageArrivedComplete(1, 1);
        } catch (MqttException e) {
            LOG.debug("Shutting Paho down for {}", options, e);
        }
    }
}
