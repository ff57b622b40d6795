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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.EmulatedTwin;
import io.github.iothubmqtt.emulator.HubException;
import io.github.iothubmqtt.emulator.IotHubEmulator;

/**
 * The part of a run that is about twins and direct methods: changes desired properties and calls methods as telemetry arrives, lets the
 * devices report all the time, and keeps the books of it.
 */
final class BackEnd {

    static final String METHOD = "work";

    private static final int REPORTS_UNDER_WAY = 8;
    /** Of the desired properties, so that some are removed again and again. */
    private static final int NAMES = 7;

    private final IotHubEmulator hub;
    private final List<String> devices;
    private final List<TwinBook> twins = new ArrayList<>();
    private final List<MethodBook> methods = new ArrayList<>();
    private final AtomicBoolean reporting = new AtomicBoolean(true);
    private final List<Thread> reporters = new ArrayList<>();

    BackEnd(IotHubEmulator hub, List<String> devices, Breaches breaches) {
        this.hub = hub;
        this.devices = devices;
        for (String device : devices) {
            twins.add(new TwinBook(device, breaches));
            methods.add(new MethodBook(device, breaches));
        }
    }

    // ---- what the back end does; on the hub's thread

    void act(int device, int number) {
        changeDesired(device, number);
        callMethod(device);
    }

    private void changeDesired(int device, int number) {
        String removed = number % 3 == 0 ? ",\"p" + (number + 1) % NAMES + "\":null" : "";
        hub.updateDesired(
                devices.get(device),
                "{\"number\":" + number + ",\"p" + number % NAMES + "\":" + number + removed + "}");
    }

    private void callMethod(int device) {
        int number = methods.get(device).call();
        hub.invokeMethod(devices.get(device), DirectMethod.named(METHOD).payload("{\"number\":" + number + "}"))
                .whenComplete((answer, failure) -> ended(device, number, answer, failure));
    }

    private void ended(int device, int number, DirectMethodResult answer, Throwable failure) {
        if (failure == null) {
            methods.get(device)
                    .answered(
                            number,
                            answer.status() == 200 && answer.payload().equals(answerOf(number)),
                            answer.toString());
        } else {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            methods.get(device).failed(number, isTrue(cause), cause);
        }
    }

    /** What a caller may be told when links are lost: that the device is not there, or has not answered, or is disabled. */
    private static boolean isTrue(Throwable cause) {
        return cause instanceof HubException refusal
                && List.of(404001, 404103, 504101).contains(refusal.code());
    }

    static String answerOf(int number) {
        return "{\"done\":" + number + "}";
    }

    // ---- what the devices do

    /** On a thread of the device's. @return the answer */
    String carryOut(int device, int number) {
        methods.get(device).begun(number);
        return answerOf(number);
    }

    void desired(int device, long version, boolean complete, Map<String, Object> properties) {
        twins.get(device).reached(version, complete, properties);
    }

    void startReporting(Peer peer) {
        for (int device = 0; device < devices.size(); device++) {
            int number = device;
            Thread reporter = new Thread(() -> report(peer, number), "reporter-" + device);
            reporters.add(reporter);
            reporter.start();
        }
    }

    private void report(Peer peer, int device) {
        Semaphore underWay = new Semaphore(REPORTS_UNDER_WAY);
        TwinBook book = twins.get(device);
        EmulatedTwin twin = hub.twin(devices.get(device));
        try {
            while (reporting.get()) {
                underWay.acquire();
                long number = book.report();
                peer.report(device, Map.of(TwinBook.slot(number), number), failure -> {
                    if (failure == null) {
                        book.reportedDone(number, twin.reported());
                    } else {
                        book.reportedFailed(number, failure);
                    }
                    underWay.release();
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** No further reports, and a last change of each device: what the hub may have failed to tell before shows by it. */
    void finish() throws InterruptedException {
        reporting.set(false);
        for (Thread reporter : reporters) {
            reporter.join();
        }
        for (int device = 0; device < devices.size(); device++) {
            changeDesired(device, -1);
            changeDesired(device, -2);
        }
    }

    boolean settled() {
        return twins.stream().allMatch(TwinBook::settled)
                && methods.stream().allMatch(MethodBook::settled)
                && IntStream.range(0, devices.size()).allMatch(device -> twins.get(device)
                        .hasReached(hub.twin(devices.get(device)).desiredVersion()));
    }

    /** Strikes the balance; the hub must still be there. */
    void close() {
        for (int device = 0; device < devices.size(); device++) {
            EmulatedTwin twin = hub.twin(devices.get(device));
            twins.get(device).close(twin.reported(), twin.desiredVersion(), twin.desired());
            methods.get(device).close();
        }
    }

    TwinBalance balance() {
        return new TwinBalance(
                twins.stream().mapToLong(TwinBook::done).sum(),
                devices.stream()
                        .mapToLong(device -> hub.twin(device).desiredVersion() - 1)
                        .sum(),
                twins.stream().mapToLong(TwinBook::reached).sum(),
                methods.stream().mapToLong(MethodBook::calls).sum(),
                methods.stream().mapToLong(MethodBook::answers).sum());
    }

    /** The figures. @param changesReached times that desired properties reached a route; several changes may reach it at once */
    record TwinBalance(long reports, long changes, long changesReached, long calls, long answers) {}
}
