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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.HubException;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One run from the start of the hub to its end: a sender thread for each device, the faults, and the books of both directions. Used
 * once, by one thread.
 */
final class Session implements Peer.Route {

    private static final int DEVICEBOUND_RECORDS = 1000;

    private final Plan plan;
    private final Peer.Factory factory;
    private final Breaches breaches;
    private final List<TelemetryBook> telemetry = new ArrayList<>();
    private final List<DeviceboundBook> devicebound = new ArrayList<>();
    private final LostLinks lostLinks = new LostLinks();
    private final Gaps gaps;
    private final Set<String> failedVersions = ConcurrentHashMap.newKeySet();
    private IotHubEmulator hub;
    private FaultScript faults;
    /** Null in a run without twins. */
    private BackEnd backEnd;

    private int unread;

    Session(Plan plan, Peer.Factory factory, Breaches breaches) {
        this.plan = plan;
        this.factory = factory;
        this.breaches = breaches;
        this.gaps = new Gaps(plan.devices());
        for (int device = 0; device < plan.devices(); device++) {
            List<String> ids = factory.identities(device);
            telemetry.add(new TelemetryBook(ids.get(0), breaches));
            devicebound.add(new DeviceboundBook(ids.get(ids.size() - 1), breaches));
        }
    }

    Balance run() throws Exception {
        long start = System.nanoTime();
        // Its own store of telemetry is not needed: the books are kept as messages arrive.
        HubSettings settings =
                HubSettings.defaults().telemetryStoreBytes(1024 * 1024).provisioningRetryAfter(Duration.ZERO);
        hub = factory.hub(builder(settings)).start();
        String remark;
        BackEnd.TwinBalance twins = null;
        try (IotHubEmulator openHub = hub) {
            for (int device = 0; device < plan.devices(); device++) {
                factory.identities(device).forEach(hub::addDevice);
            }
            backEnd = plan.twins() ? new BackEnd(hub, devices(), breaches) : null;
            try (Peer peer = factory.start(hub, plan, this);
                    FaultScript script = new FaultScript(hub, factory, plan, peer.logins())) {
                faults = script;
                hub.onTelemetry(this::stored);
                if (backEnd != null) {
                    backEnd.startReporting(peer);
                }
                sendAll(peer);
                if (backEnd != null) {
                    backEnd.finish();
                }
                awaitSettled();
                remark = peer.remark();
            }
            readRecords();
            if (backEnd != null) {
                backEnd.close();
                twins = backEnd.balance();
            }
        }
        for (int device = 0; device < plan.devices(); device++) {
            telemetry
                    .get(device)
                    .close(plan.window()
                            * lostLinks.of(factory.identities(device).get(0)));
            devicebound.get(device).close();
        }
        return balance(Duration.ofNanos(System.nanoTime() - start), twins, remark);
    }

    private IotHubEmulator.Builder builder(HubSettings settings) {
        IotHubEmulator.Builder builder = IotHubEmulator.builder().settings(settings);
        return plan.logins() ? builder.httpsPort(0) : builder;
    }

    private List<String> devices() {
        return IntStream.range(0, plan.devices())
                .mapToObj(device -> factory.identities(device).get(0))
                .toList();
    }

    // ---- telemetry

    private void sendAll(Peer peer) throws InterruptedException {
        long deadline = System.nanoTime() + plan.duration().toNanos();
        List<Thread> senders = IntStream.range(0, plan.devices())
                .mapToObj(device -> new Thread(() -> send(peer, device, deadline), "sender-" + device))
                .toList();
        senders.forEach(Thread::start);
        long limit = deadline + plan.settling().toNanos();
        for (Thread sender : senders) {
            sender.join(Math.max(1, Duration.ofNanos(limit - System.nanoTime()).toMillis()));
            sender.interrupt();
        }
    }

    /** More is under way than the window holds, so that the window is always full; no more than the outbox takes. */
    private void send(Peer peer, int device, long deadline) {
        TelemetryBook book = telemetry.get(device);
        Semaphore underWay = new Semaphore(4 * plan.window());
        try {
            while (book.handedOver() < plan.messagesPerDevice() && System.nanoTime() < deadline) {
                underWay.acquire();
                int number = book.handOver();
                peer.send(Sample.of(plan.seed(), device, number), failure -> {
                    if (failure == null) {
                        book.reportedDone(number);
                    } else {
                        book.reportedFailed(number, failure);
                    }
                    underWay.release();
                });
            }
        } catch (InterruptedException e) {
            breaches.add(Rule.UNFINISHED, "the sender of device " + device + " still waits to send");
        } catch (Exception e) {
            breaches.add(Rule.UNFINISHED, "the sender of device " + device + " failed: " + e);
        }
    }

    /** On the hub's thread: it has stored the message and has not acknowledged it yet. */
    private void stored(TelemetryMessage message) {
        int device = deviceNumber(message.deviceId());
        TelemetryBook book = telemetry.get(device);
        int number = numberIn(message.systemProperties().get("message-id"), device);
        if (number < 0) {
            book.arrivedUnknown(message.toString());
            return;
        }
        gaps.stored(device);
        String difference = Sample.of(plan.seed(), device, number).difference(message.body(), message.properties());
        if (book.arrived(number, difference)) {
            if ((number + 1) % plan.deviceboundEvery() == 0) {
                sendDevicebound(device);
                if (backEnd != null) {
                    backEnd.act(device, number);
                }
            }
            Mishap mishap = faults.stored(device);
            if (mishap != null) {
                gaps.begin(device, mishap);
            }
        }
    }

    // ---- devicebound

    private void sendDevicebound(int device) {
        DeviceboundBook book = devicebound.get(device);
        Sample sample = command(device, book.next());
        DeviceboundMessage message = DeviceboundMessage.of(sample.body())
                .messageId(sample.messageId())
                .ack(DeviceboundMessage.Ack.FULL);
        for (Map.Entry<String, String> property : sample.properties().entrySet()) {
            message = message.property(property.getKey(), property.getValue());
        }
        List<String> ids = factory.identities(device);
        try {
            hub.sendDevicebound(ids.get(ids.size() - 1), message);
        } catch (HubException e) {
            return; // the queue is full, or the device is disabled: the hub says so to whom it concerns
        }
        book.sent();
        if (++unread >= DEVICEBOUND_RECORDS) {
            unread = 0;
            readRecords(); // we are on the hub's thread, so nothing comes between this and the clearing
            hub.clearRecords();
        }
    }

    private Sample command(int device, int number) {
        return Sample.of(~plan.seed(), device, number);
    }

    /** What the route of a device does, on one of its threads. */
    @Override
    public void process(int device, byte[] body, Map<String, String> properties) {
        int number = Integer.parseInt(properties.get("number"));
        DeviceboundBook book = devicebound.get(device);
        Map<String, String> own = new TreeMap<>(properties);
        own.remove("iothub-ack");
        boolean first = book.reached(number, command(device, number).difference(body, own));
        SplittableRandom random = Sample.random(plan.seed() + 1, device, number);
        if (random.nextInt(10) == 0) {
            // Work of some length, so that links are lost in the middle of an exchange, too.
            LockSupport.parkNanos(random.nextLong(3_000_000));
        }
        if (first && random.nextInt(100) < plan.failingPercent()) {
            book.failedAttempt();
            throw new IllegalStateException("This exchange was to fail the first time");
        }
        book.succeeded(number, Instant.now());
    }

    @Override
    public void desired(int device, long version, boolean complete, Map<String, Object> properties) {
        SplittableRandom random = Sample.random(plan.seed() + 2, device, (int) version);
        if (failedVersions.add(device + " " + version) && random.nextInt(100) < plan.failingPercent()) {
            throw new IllegalStateException("This exchange was to fail the first time");
        }
        backEnd.desired(device, version, complete, properties);
    }

    @Override
    public String carryOut(int device, int number) {
        return backEnd.carryOut(device, number);
    }

    private void readRecords() {
        hub.feedback().forEach(this::acknowledged);
        lostLinks.read(hub.events());
    }

    private void acknowledged(Feedback feedback) {
        String id = feedback.originalMessageId();
        int device = Integer.parseInt(id.substring(0, id.indexOf('-')));
        if (feedback.statusCode() == Feedback.StatusCode.SUCCESS) {
            devicebound.get(device).acknowledged(numberIn(id, device), feedback.enqueuedTimeUtc());
        }
    }

    // ----

    private void awaitSettled() {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(plan.settling())
                    .until(() -> telemetry.stream().allMatch(TelemetryBook::settled)
                            && allAcknowledged()
                            && (backEnd == null || backEnd.settled()));
        } catch (ConditionTimeoutException e) {
            breaches.add(Rule.UNFINISHED, "after " + plan.settling().toSeconds() + " s");
        }
    }

    private boolean allAcknowledged() {
        return IntStream.range(0, plan.devices())
                .mapToObj(factory::identities)
                .flatMap(List::stream)
                .allMatch(id -> hub.deviceboundQueue(id).isEmpty());
    }

    private Balance balance(Duration took, BackEnd.TwinBalance twins, String remark) {
        return new Balance(
                plan,
                took,
                telemetry.stream().mapToLong(TelemetryBook::handedOver).sum(),
                telemetry.stream().mapToLong(TelemetryBook::done).sum(),
                telemetry.stream().mapToLong(TelemetryBook::failed).sum(),
                telemetry.stream().mapToLong(TelemetryBook::stored).sum(),
                telemetry.stream().mapToLong(TelemetryBook::duplicates).sum(),
                devicebound.stream().mapToLong(DeviceboundBook::next).sum(),
                devicebound.stream().mapToLong(DeviceboundBook::processed).sum(),
                devicebound.stream().mapToLong(DeviceboundBook::repeated).sum(),
                devicebound.stream().mapToLong(DeviceboundBook::failedAttempts).sum(),
                lostLinks.all(),
                twins,
                gaps.summaries(),
                remark);
    }

    private static int deviceNumber(String deviceId) {
        return Integer.parseInt(deviceId.substring(deviceId.lastIndexOf('-') + 1));
    }

    /** The number in a message id of ours, for this device; -1 if it is none. */
    private static int numberIn(String messageId, int device) {
        String prefix = device + "-";
        if (messageId == null || !messageId.startsWith(prefix)) {
            return -1;
        }
        return Integer.parseInt(messageId.substring(prefix.length()));
    }
}
