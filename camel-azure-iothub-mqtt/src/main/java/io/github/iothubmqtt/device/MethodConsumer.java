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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A consumer of some direct methods, or of all: which of their calls run and which wait. Confined to the event loop. */
final class MethodConsumer {

    final Object endpoint;
    final Set<String> names;
    private final int concurrency;
    final Duration timeout;
    private final MethodHandler handler;
    private final Map<String, Calls> calls = new HashMap<>();
    boolean paused;

    /**
     * @param names empty for all
     * @param concurrency calls of one method at a time, at most
     */
    MethodConsumer(Object endpoint, Set<String> names, int concurrency, Duration timeout, MethodHandler handler) {
        this.endpoint = endpoint;
        this.names = Set.copyOf(names);
        this.concurrency = concurrency;
        this.timeout = timeout;
        this.handler = handler;
    }

    boolean takesAll() {
        return names.isEmpty();
    }

    void offer(MethodCall call) {
        Calls ofMethod = calls.computeIfAbsent(call.name(), name -> new Calls());
        ofMethod.waiting.add(call);
        begin(ofMethod);
    }

    private void begin(Calls ofMethod) {
        while (ofMethod.running.size() < concurrency && !ofMethod.waiting.isEmpty()) {
            MethodCall next = ofMethod.waiting.poll();
            ofMethod.running.add(next);
            handler.handle(next);
        }
    }

    void finished(MethodCall call) {
        Calls ofMethod = calls.get(call.name());
        if (ofMethod != null && ofMethod.running.remove(call)) {
            begin(ofMethod);
            if (ofMethod.running.isEmpty()) {
                calls.remove(call.name()); // a caller may make up any number of names
            }
        }
    }

    /** It was answered before it was begun. */
    void withdraw(MethodCall call) {
        Calls ofMethod = calls.get(call.name());
        if (ofMethod != null) {
            ofMethod.waiting.remove(call);
        }
    }

    void refuseWaiting() {
        List<MethodCall> refused = calls.values().stream()
                .flatMap(ofMethod -> ofMethod.waiting.stream())
                .toList();
        forgetWaiting();
        refused.forEach(MethodAnswers.UNAVAILABLE::to);
    }

    void forgetWaiting() {
        calls.values().forEach(ofMethod -> ofMethod.waiting.clear());
    }

    private static final class Calls {

        private final Deque<MethodCall> waiting = new ArrayDeque<>();
        private final Set<MethodCall> running = new LinkedHashSet<>();
    }
}
