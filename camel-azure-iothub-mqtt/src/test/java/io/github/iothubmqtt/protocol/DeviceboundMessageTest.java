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
package io.github.iothubmqtt.protocol;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class DeviceboundMessageTest {

    private static final DeviceIdentity DEVICE = new DeviceIdentity("contoso.azure-devices.net", "dev1", null);
    private static final DeviceIdentity MODULE = new DeviceIdentity("contoso.azure-devices.net", "dev1", "Mod1");
    private static final String TOPIC = "devices/dev1/messages/devicebound/";

    @Test
    void aCaptureFromAHubIsRead() {
        DeviceboundMessage message = read("%24.mid=69ea4caf&%24.exp=0&%24.to=%2Fdevices%2Fdev1%2Fmessages%2FdeviceBound"
                + "&%24.cid=169c34b3&iothub-ack=full&property1=value1");

        assertThat(message.systemProperties())
                .containsOnly(
                        entry(SystemProperty.MESSAGE_ID, "69ea4caf"),
                        entry(SystemProperty.EXPIRY_TIME, "0"),
                        entry(SystemProperty.TO, "/devices/dev1/messages/deviceBound"),
                        entry(SystemProperty.CORRELATION_ID, "169c34b3"),
                        entry(SystemProperty.ACK, "full"));
        assertThat(message.properties()).containsExactly(entry("property1", "value1"));
    }

    @Test
    void applicationPropertiesMayStandInFrontAndBetween() {
        DeviceboundMessage message = read(
                "%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound&pgps=result&%24.ct=application%2Fjson&%24.ce=utf-8");

        assertThat(message.systemProperties())
                .containsOnly(
                        entry(SystemProperty.TO, "/devices/dev1/messages/devicebound"),
                        entry(SystemProperty.CONTENT_TYPE, "application/json"),
                        entry(SystemProperty.CONTENT_ENCODING, "utf-8"));
        assertThat(message.properties()).containsExactly(entry("pgps", "result"));
    }

    @Test
    void aSystemPropertyThatIsABareKeyIsLeftOut() {
        DeviceboundMessage message = read("iothub-ack=Full&DeviceInfo=smokeTest&%24.cid&%24.uid");

        assertThat(message.systemProperties()).containsOnly(entry(SystemProperty.ACK, "Full"));
        assertThat(message.properties()).containsExactly(entry("DeviceInfo", "smokeTest"));
    }

    @Test
    void anApplicationPropertyThatIsABareKeyIsNullAndOneWithoutTextIsEmpty() {
        assertThat(read("bare&empty=").properties()).containsExactly(entry("bare", null), entry("empty", ""));
    }

    @Test
    void unknownNamesOfTheHubAreLeftOut() {
        DeviceboundMessage message = read("%24.new=1&$.other=2&iothub-operation=3");

        assertThat(message.systemProperties()).isEmpty();
        assertThat(message.properties()).containsExactly(entry("iothub-operation", "3"));
    }

    @Test
    void aMessageWithoutPropertiesAndBodyIsEmptyInAllParts() {
        assertThat(DeviceboundMessage.of(DEVICE, TOPIC, new byte[0]))
                .contains(new DeviceboundMessage(new byte[0], Map.of(), Map.of()));
    }

    @Test
    void theBodyIsThePayload() {
        assertThat(DeviceboundMessage.of(DEVICE, TOPIC, "ä".getBytes(UTF_8)))
                .hasValueSatisfying(message -> assertThat(message.body()).isEqualTo("ä".getBytes(UTF_8)));
    }

    @Test
    void aMessageForAnotherIdentityIsNone() {
        assertThat(DeviceboundMessage.of(DEVICE, "devices/dev2/messages/devicebound/", new byte[0]))
                .isEmpty();
    }

    @Test
    void itStaysAsItWasWhenThePayloadChanges() {
        byte[] payload = "abc".getBytes(UTF_8);
        DeviceboundMessage message =
                DeviceboundMessage.of(DEVICE, TOPIC, payload).orElseThrow();

        payload[0] = 'x';
        message.body()[1] = 'x';

        assertThat(message.body()).isEqualTo("abc".getBytes(UTF_8));
    }

    @Test
    void itsTextTellsSizesAndNamesButNoValues() {
        DeviceboundMessage message =
                new DeviceboundMessage(new byte[9], Map.of(SystemProperty.USER_ID, "secret"), Map.of("name", "secret"));

        assertThat(message.toString()).contains("9 bytes", "USER_ID", "name").doesNotContain("secret");
    }

    @Test
    void aMessageToAnInputIsReadAsADeviceboundOne() {
        String topic = "devices/dev1/modules/Mod1/inputs/temp/%24.cdid=sensor&%24.cmid=Sender&%24.mid=7&room=a%20b";

        DeviceboundMessage message =
                DeviceboundMessage.ofInput(MODULE, topic, "21".getBytes(UTF_8)).orElseThrow();

        assertThat(message.body()).isEqualTo("21".getBytes(UTF_8));
        assertThat(message.systemProperties())
                .containsOnly(
                        entry(SystemProperty.CONNECTION_DEVICE_ID, "sensor"),
                        entry(SystemProperty.CONNECTION_MODULE_ID, "Sender"),
                        entry(SystemProperty.MESSAGE_ID, "7"));
        assertThat(message.properties()).containsExactly(entry("room", "a b"));
    }

    @Test
    void aMessageToAnInputWithoutPropertiesHasNone() {
        assertThat(DeviceboundMessage.ofInput(MODULE, "devices/dev1/modules/Mod1/inputs/temp", new byte[0]))
                .contains(new DeviceboundMessage(new byte[0], Map.of(), Map.of()));
    }

    @Test
    void anInputOfAnotherIdentityIsNone() {
        assertThat(DeviceboundMessage.ofInput(MODULE, "devices/dev1/modules/Mod2/inputs/temp/a=b", new byte[0]))
                .isEmpty();
        assertThat(DeviceboundMessage.ofInput(DEVICE, "devices/dev1/modules/null/inputs/temp/a=b", new byte[0]))
                .isEmpty();
    }

    private static DeviceboundMessage read(String bag) {
        return DeviceboundMessage.of(DEVICE, TOPIC + bag, new byte[0]).orElseThrow();
    }
}
