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
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TimersTest {

    private final FakeEventLoop loop = new FakeEventLoop();
    private final Timers timers = new Timers(loop);
    private final List<String> ran = new ArrayList<>();

    @Test
    void aTimerRunsOnceAndIsForgotten() {
        timers.schedule(Duration.ofSeconds(1), () -> ran.add("a"));
        timers.schedule(Duration.ofSeconds(2), () -> ran.add("b"));
        loop.advance(Duration.ofSeconds(1));

        assertThat(ran).containsExactly("a");
        assertThat(timers.running()).isEqualTo(1);
    }

    @Test
    void aTimerThatIsCancelledDoesNotRunAndIsForgotten() {
        Runnable cancel = timers.schedule(Duration.ofSeconds(1), () -> ran.add("a"));
        cancel.run();
        cancel.run();
        loop.advance(Duration.ofSeconds(1));

        assertThat(ran).isEmpty();
        assertThat(timers.running()).isZero();
        assertThat(loop.timers()).isZero();
    }

    @Test
    void allEndTogetherAndOthersMayFollow() {
        timers.schedule(Duration.ofSeconds(1), () -> ran.add("a"));
        timers.schedule(Duration.ofSeconds(1), () -> ran.add("b"));
        timers.cancel();
        assertThat(loop.timers()).isZero();
        timers.schedule(Duration.ofSeconds(1), () -> ran.add("c"));
        loop.advance(Duration.ofSeconds(1));

        assertThat(ran).containsExactly("c");
        assertThat(timers.running()).isZero();
    }

    @Test
    void aTimerMayArmTheNext() {
        timers.schedule(Duration.ofSeconds(1), () -> timers.schedule(Duration.ofSeconds(1), () -> ran.add("second")));
        loop.advance(Duration.ofSeconds(2));

        assertThat(ran).containsExactly("second");
        assertThat(timers.running()).isZero();
    }
}
