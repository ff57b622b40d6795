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
package io.github.iothubmqtt.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Fails when a flight recording holds a virtual thread that waited without leaving its carrier. Let pass are the JDK's own threads, and
 * short waits that no program can avoid: while a class is loaded or initialised, which comes once for each class, and for the lock that
 * the JDK itself holds while it changes a thread's interrupt flag. The recording must hold one wait that a test made on purpose, or
 * nobody could tell a good run from a recording that sees nothing.
 */
public final class PinnedThreads {

    private static final String EVENT = "jdk.VirtualThreadPinned";
    /** What the JDK itself, by default, takes for worth an event. */
    private static final Duration SHORT = Duration.ofMillis(20);
    /** Methods that wait on the carrier by the nature of the JDK. */
    private static final Set<String> UNAVOIDABLE = Set.of(
            "java.lang.ClassLoader.loadClass",
            "java.lang.VirtualThread.interrupt",
            "java.lang.VirtualThread.getAndClearInterrupt");

    private PinnedThreads() {}

    /** @param arguments the recording and the class that pins a thread on purpose */
    public static void main(String[] arguments) throws IOException {
        Path recording = Path.of(arguments[0]);
        if (!Files.exists(recording)) {
            throw new IllegalStateException("There is no flight recording at " + recording
                    + "; did the tests run, and with -XX:StartFlightRecording?");
        }
        List<Pin> pins = RecordingFile.readAllEvents(recording).stream()
                .filter(event -> event.getEventType().getName().equals(EVENT))
                .map(PinnedThreads::pin)
                .toList();
        check(pins, arguments[1]);
    }

    /** @param control the class that pins a thread on purpose */
    static void check(List<Pin> pins, String control) {
        List<Pin> found = new ArrayList<>(pins);
        if (!found.removeIf(pin -> pin.isOf(control))) {
            throw new IllegalStateException(
                    "The recording misses the thread that " + control + " pins on purpose, so it proves nothing");
        }
        found.removeIf(
                pin -> pin.isOfTheJdk() || pin.isUnavoidable() && pin.duration().compareTo(SHORT) < 0);
        if (!found.isEmpty()) {
            throw new IllegalStateException(
                    found.size() + " times a virtual thread held on to its carrier while it waited:\n"
                            + found.stream().limit(3).map(Pin::toString).collect(Collectors.joining("\n")));
        }
    }

    private static Pin pin(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        List<String> frames = stack == null
                ? List.of()
                : stack.getFrames().stream().map(PinnedThreads::frame).toList();
        String reason = event.hasField("pinnedReason") ? event.getString("pinnedReason") : "no reason recorded";
        return new Pin(event.getDuration(), reason, frames);
    }

    private static String frame(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    /** @param frames class and method, the innermost first */
    record Pin(Duration duration, String reason, List<String> frames) {

        private boolean isOf(String type) {
            return frames.stream().anyMatch(frame -> frame.startsWith(type));
        }

        private boolean isOfTheJdk() {
            return !frames.isEmpty() && frames.stream().allMatch(frame -> frame.matches("(java|jdk|sun)\\..*"));
        }

        private boolean isUnavoidable() {
            return frames.stream().anyMatch(frame -> frame.endsWith(".<clinit>") || UNAVOIDABLE.contains(frame));
        }

        @Override
        public String toString() {
            return duration.toNanos() / 1000 + " µs, " + reason + "\n    "
                    + frames.stream().limit(25).collect(Collectors.joining("\n    "));
        }
    }
}
