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

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.iothubmqtt.build.PinnedThreads.Pin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PinnedThreadsTest {

    private static final Pin ON_PURPOSE = pin(30, "java.lang.System.park", "a.OnPurpose.<clinit>");

    @Test
    void theJdksOwnThreadsMayBePinned() {
        check(pin(30, "sun.nio.ch.Poller.subPollerLoop", "java.lang.VirtualThread.run"));
    }

    @Test
    void aClassMayBeLoadedIfThatIsShort() {
        check(pin(19, "java.lang.System.park", "java.lang.ClassLoader.loadClass", "a.Route.process"));
        check(pin(19, "java.lang.System.park", "a.Slow.<clinit>", "a.Route.process"));
    }

    @Test
    void theLockOfTheInterruptFlagMayBeWaitedForIfThatIsShort() {
        check(pin(
                19, "java.lang.VirtualThread.getAndClearInterrupt", "java.lang.Thread.interrupted", "a.Route.process"));
    }

    @Test
    void aClassThatTakesLongToLoadIsReported() {
        assertThatThrownBy(() -> check(pin(20, "java.lang.System.park", "a.Slow.<clinit>", "a.Route.process")))
                .hasMessageContainingAll("1 times a virtual thread held on to its carrier", "a.Slow.<clinit>");
    }

    @Test
    void anyOtherWaitIsReportedHoweverShort() {
        assertThatThrownBy(() -> check(pin(0, "java.lang.Object.wait", "a.Route.process")))
                .hasMessageContainingAll("a reason", "java.lang.Object.wait", "a.Route.process");
    }

    @Test
    void aWaitWithoutAStackIsReported() {
        assertThatThrownBy(() -> check(pin(0))).hasMessageContaining("1 times");
    }

    @Test
    void aRecordingWithoutTheThreadThatIsPinnedOnPurposeProvesNothing() {
        assertThatThrownBy(() -> PinnedThreads.check(List.of(), "a.OnPurpose")).hasMessageContaining("proves nothing");
    }

    @Test
    void aRecordingThatIsNotThereIsAnError(@TempDir Path folder) {
        assertThatThrownBy(() -> PinnedThreads.main(
                        new String[] {folder.resolve("none.jfr").toString(), "a.OnPurpose"}))
                .hasMessageContaining("no flight recording");
    }

    @Test
    void theThreadThatIsPinnedOnPurposeIsNotReported() {
        assertThatNoException().isThrownBy(() -> PinnedThreads.check(List.of(ON_PURPOSE), "a.OnPurpose"));
    }

    private static void check(Pin pin) {
        PinnedThreads.check(List.of(ON_PURPOSE, pin), "a.OnPurpose");
    }

    private static Pin pin(int milliseconds, String... frames) {
        return new Pin(Duration.ofMillis(milliseconds), "a reason", List.of(frames));
    }
}
