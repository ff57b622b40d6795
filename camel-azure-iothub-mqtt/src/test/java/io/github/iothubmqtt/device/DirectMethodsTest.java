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

import io.github.iothubmqtt.protocol.MethodTopics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who gets a call and how it is answered; what time and connections do to it is in {@link MethodLifeTest}. */
class DirectMethodsTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void aConsumerIsReadyWhenTheHubHasGrantedItsSubscription() {
        MethodsHarness consumer = new MethodsHarness(device).subscribe(device.connected(), 1);
        assertThat(device.transport.last().filters).containsExactly("$iothub/methods/POST/#");
        assertThat(consumer.granted).isNotDone();

        device.grant(MethodTopics.FILTER);
        assertThat(consumer.granted).isCompleted();
    }

    @Test
    void aCallIsHandedOverAndAnsweredOnItsTopic() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("reboot", "1f", "{\"delay\":5}");
        MethodCall call = consumer.calls.get(0);
        assertThat(call.name()).isEqualTo("reboot");
        assertThat(call.payload()).isEqualTo("{\"delay\":5}".getBytes(UTF_8));
        assertThat(consumer.answers()).isEmpty();

        assertThat(call.answer(202, "{\"ok\":true}".getBytes(UTF_8))).isTrue();
        device.loop.run();
        assertThat(device.transport.last().sent).singleElement().satisfies(answer -> {
            assertThat(answer.topic()).isEqualTo("$iothub/methods/res/202/?$rid=1f");
            assertThat(answer.body()).isEqualTo("{\"ok\":true}");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1f", "0E984725-C51C-4BF4-9960-E1C80E27ABA0", "a%2Fb=c/d?e", "é€😀", "+", "#"})
    void theAnswerBearsTheRequestIdByteForByte(String requestId) {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("reboot", requestId);
        consumer.done(0);

        assertThat(device.transport.last().sent.get(0).topic()).isEqualTo("$iothub/methods/res/200/?$rid=" + requestId);
    }

    @Test
    void aCallIsAnsweredOnceWhateverIsSaidAgain() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("reboot", "1");
        assertThat(consumer.answer(0, "1")).isTrue();
        assertThat(consumer.answer(0, "2")).isFalse();
        assertThat(MethodAnswers.FAILED.to(consumer.calls.get(0))).isFalse();
        assertThat(consumer.calls.get(0).finished()).isTrue();
        assertThat(consumer.calls.get(0).finished()).isFalse();
        device.loop.run();

        assertThat(consumer.answers()).containsExactly("200 1 1");
    }

    @Test
    void anEmptyPayloadIsNone() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("reboot", "1", "");

        assertThat(consumer.calls.get(0).payload()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"text\"", "[]", " {} "})
    void anyJsonValueIsAPayload(String payload) {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("reboot", "1", payload);

        assertThat(consumer.calls.get(0).payload()).isEqualTo(payload.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "{", "{}{}", " ", "{\"a\":1,\"a\":2}", "\u0000\u0001", "{\"a\":1e9999999999}"})
    void aPayloadThatIsNoJsonIsAnsweredWith400(String payload) {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("reboot", "1", payload);

        assertThat(consumer.calls).isEmpty();
        assertThat(consumer.answers()).containsExactly("400 1");
        assertThat(device.transport.last().bodies()).containsExactly("{\"message\":\"The payload is no JSON value.\"}");
    }

    @Test
    void aBinaryPayloadIsAnsweredWith400() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        device.transport
                .last()
                .deliver("$iothub/methods/POST/reboot/?$rid=1", new byte[] {'"', (byte) 0xff, '"'}, 0, 0);
        device.loop.run();

        assertThat(consumer.answers()).containsExactly("400 1");
    }

    @Test
    void aMethodOfNobodyIsAnsweredWith404() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1, "reboot");
        consumer.call("stop", "1", "no JSON");
        consumer.call("Reboot", "2");

        assertThat(consumer.calls).isEmpty();
        assertThat(consumer.answers()).containsExactly("404 1", "404 2");
    }

    @Test
    void aCallThatCannotBeReadIsNotAnsweredAndDoesNoHarm() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        device.arrive("$iothub/methods/POST/reboot/?$version=1", "{}");
        device.arrive("$iothub/methods/POST//?$rid=1", "{}");
        device.arrive("$iothub/methods/POST/", "{}");
        assertThat(device.transport.last().sent).isEmpty();

        consumer.call("reboot", "2");
        assertThat(consumer.begun()).containsExactly("2");
    }

    @Test
    void aConsumerThatNamesAMethodGoesBeforeTheOneOfAll() {
        ConnectionHandle first = device.connected();
        MethodsHarness all = new MethodsHarness(device).subscribe(first, 1);
        ConnectionHandle second = device.connections.acquire(device.settings());
        MethodsHarness named = new MethodsHarness(device).subscribe(second, 1, "reboot", "stop");
        device.grant(MethodTopics.FILTER);
        assertThat(device.transport.last().filters).as("one subscription").hasSize(1);
        assertThat(named.granted).isCompleted();

        all.call("reboot", "1");
        all.call("stop", "2");
        all.call("start", "3");
        assertThat(named.begun()).containsExactly("1", "2");
        assertThat(all.begun()).containsExactly("3");
    }

    @Test
    void twoConsumersThatClaimTheSameAreRefused() {
        ConnectionHandle handle = device.connected();
        new MethodsHarness(device).subscribe(handle, 1, "reboot", "stop");
        new MethodsHarness(device).subscribe(device.connections.acquire(device.settings()), 1);

        MethodsHarness same =
                new MethodsHarness(device).subscribe(device.connections.acquire(device.settings()), 1, "start", "stop");
        assertThatThrownBy(same.granted::join)
                .hasMessageContaining(
                        "Another route carries out the method 'stop' of" + " contoso.azure-devices.net/dev1 already");
        MethodsHarness all = new MethodsHarness(device).subscribe(device.connections.acquire(device.settings()), 1);
        assertThatThrownBy(all.granted::join).hasMessageContaining("Another route carries out all methods of");
    }

    @Test
    void aRefusedClaimTakesNoCalls() {
        MethodsHarness first = MethodsHarness.subscribed(device, 1, "reboot");
        MethodsHarness refused = new MethodsHarness(device)
                .subscribe(device.connections.acquire(device.settings()), 1, "reboot", "stop");
        first.call("stop", "1");
        first.call("reboot", "2");

        assertThat(refused.calls).isEmpty();
        assertThat(first.begun()).containsExactly("2");
        assertThat(first.answers()).containsExactly("404 1");
    }

    @Test
    void callsOfOneMethodWaitForEachOtherAndThoseOfDifferentMethodsDoNot() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 2);
        for (int i = 1; i <= 4; i++) {
            consumer.call("slow", "s" + i);
        }
        consumer.call("quick", "q1");
        assertThat(consumer.begun()).containsExactly("s1", "s2", "q1");

        consumer.done(1);
        assertThat(consumer.begun()).containsExactly("s1", "s2", "q1", "s3");
        consumer.done(0);
        consumer.done(2);
        assertThat(consumer.begun()).containsExactly("s1", "s2", "q1", "s3", "s4");
    }

    @Test
    void theNextCallBeginsWhenTheRouteIsThroughAndNotWhenItHasAnswered() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        consumer.call("m", "2");
        consumer.answer(0, "null");
        assertThat(consumer.begun()).containsExactly("1");

        consumer.finished(0);
        assertThat(consumer.begun()).containsExactly("1", "2");
    }

    @Test
    void aCallThatComesAgainIsNotCarriedOutAgain() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 5);
        consumer.call("m", "1");
        consumer.call("m", "1");
        consumer.done(0);
        consumer.call("m", "1");

        assertThat(consumer.begun()).containsExactly("1");
        assertThat(consumer.answers()).containsExactly("200 1 null");
    }

    @Test
    void moreCallsThanMayWaitAreAnsweredWith503() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        for (int i = 0; i < DirectMethods.MAX_CALLS + 2; i++) {
            consumer.call("m", "r" + i);
        }
        assertThat(consumer.answers()).containsExactly("503 r1000", "503 r1001");

        consumer.done(0);
        consumer.call("m", "late");
        assertThat(consumer.answers()).hasSize(3).endsWith("200 r0 null");
    }

    @Test
    void callsWithoutEndAreAllAnsweredOnce() {
        device.pubackTimeout = Duration.ofHours(1);
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1, "m");
        for (int i = 0; i < 5 * DirectMethods.MAX_CALLS; i++) {
            consumer.call(i % 2 == 0 ? "m" : "unknown", "r" + i);
            if (i % 2 == 0) {
                consumer.done(i / 2);
            }
        }

        assertThat(consumer.answers()).hasSize(5 * DirectMethods.MAX_CALLS).doesNotHaveDuplicates();
    }

    @Test
    void aCallAtQosOneIsAcknowledgedInOrderWithTheMessages() {
        ConnectionHandle handle = device.connected();
        MethodsHarness consumer = new MethodsHarness(device).subscribe(handle, 1);
        DeviceHarness.Received received = device.subscribe(device.connections.acquire(device.settings()), 5);
        device.deliver("a", 1);
        device.transport.last().deliver("$iothub/methods/POST/m/?$rid=1", "{}", 1, 2);
        device.loop.run();
        device.transport.last().deliver("$iothub/methods/POST/", "unreadable", 1, 3);
        device.loop.run();
        device.deliver("b", 4);
        consumer.done(0);
        assertThat(device.transport.last().acknowledged).as("a comes before it").isEmpty();

        device.complete(received.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2, 3);
    }
}
