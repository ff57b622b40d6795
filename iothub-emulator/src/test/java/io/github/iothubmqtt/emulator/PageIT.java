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
package io.github.iothubmqtt.emulator;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The emulator's page in a real browser. Without Chromium it is skipped on a developer's machine; where {@code CI} is set in the
 * environment it fails.
 */
class PageIT {

    private static final String HOSTILE =
            "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>&amp;'\"";
    private static final String CONNECTED = ".device[data-name='%s'][data-state='%s']";

    @RegisterExtension
    static final IotHubExtension HUB =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0));

    private static Browser browser;

    private EmulatedDevice device;
    private String id;

    @BeforeAll
    static void theBrowserIsInstalled() {
        List<String> missing = Browser.missing();
        if (System.getenv("CI") != null) {
            assertThat(missing).as("install chromium and chromium-driver").isEmpty();
        }
        Assumptions.assumeTrue(missing.isEmpty(), () -> "not installed: " + missing);
        browser = new Browser();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Each test has a device of its own, and has chosen it. */
    @BeforeEach
    void open(TestInfo test) {
        id = test.getTestMethod().orElseThrow().getName();
        device = HUB.emulator().addDevice(id);
        openPage(HUB.emulator(), id);
        browser.awaitText("#tools-title", id::equals);
        browser.complaints();
    }

    private static void openPage(IotHubEmulator hub, String chosen) {
        // With a query of its own, for another fragment alone would load nothing.
        browser.open("https://localhost:" + hub.httpsPort() + "/?" + chosen + "#" + chosen);
        browser.awaitText("#state", "live");
    }

    @AfterEach
    void removeTheDevice() {
        HUB.emulator().removeDevice(id);
    }

    private WireClient connect() {
        return WireClient.device(HUB.emulator(), id).accepted();
    }

    private void send(WireClient client, String bag, String body) {
        client.publishAcknowledged("devices/" + id + "/messages/events/" + bag, body);
    }

    @Test
    void devicesComeAndGoAsOneLooks() {
        String other = "added-meanwhile";
        browser.find(CONNECTED.formatted(id, "not connected"));

        try (WireClient ignored = connect()) {
            browser.find(CONNECTED.formatted(id, "connected"));
            assertThat(browser.text("#device-state")).isEqualTo("connected");
        }
        browser.find(CONNECTED.formatted(id, "not connected"));
        device.disable();
        browser.find(CONNECTED.formatted(id, "disabled"));

        HUB.emulator().addDevice(other).addModule("m1");
        browser.find(CONNECTED.formatted(other + "/m1", "not connected"));
        browser.fill("#device-filter", "added-");
        browser.await(() -> assertThat(browser.findAll("#device-list .device")).hasSize(2));
        HUB.emulator().removeDevice(other);
        browser.awaitText("#device-list", "None has this in its id.");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aDeviceIsAddedWithItsConnectionStringAndRemoved() {
        String added = "by-the-page";
        browser.fill("#add-device input", "no/id");
        browser.click("#add-device button");
        browser.awaitText("#devices-problem", "'no/id' is no device id");

        browser.fill("#add-device input", added);
        browser.click("#add-device button");
        browser.awaitText("#tools-title", added::equals);
        EmulatedDevice registered = HUB.emulator().device(added).orElseThrow();
        browser.await(() -> assertThat(browser.value("#connection-string")).isEqualTo(registered.connectionString()));
        browser.fill("#connection-string", "");
        browser.click("#copy");
        browser.await(() -> assertThat(browser.value("#connection-string")).isEqualTo(registered.connectionString()));

        browser.fill("#add-module input", "m1");
        browser.click("#add-module button");
        browser.awaitText("#tools-title", (added + "/m1")::equals);
        assertThat(registered.module("m1")).isNotNull();

        browser.click(".device[data-name='" + added + "']");
        browser.awaitText("#tools-title", added::equals);
        browser.click("#remove");
        browser.confirm();
        browser.await(() -> assertThat(HUB.emulator().device(added)).isEmpty());
        browser.awaitText("#no-device", "Choose a device");
    }

    @Test
    void telemetryIsShownAsItComes() {
        try (WireClient client = connect()) {
            send(client, "%24.mid=m-1&%24.ct=application%2Fjson&room=living%20room", "{\"temperature\":21}");

            browser.awaitText("#telemetry-list li pre", "{\"temperature\":21}"::equals);
            assertThat(browser.text("#telemetry-list .who")).isEqualTo(id);
            assertThat(browser.text("#telemetry-list .properties li")).isEqualTo("room=living room");
            browser.click("#telemetry-list summary");
            browser.awaitText("#telemetry-list .system", "message-id=m-1");
            assertThat(browser.text("#telemetry-list .system")).contains("content-type=application/json");
            assertThat(browser.text("#telemetry-list .annotations")).contains("iothub-connection-device-id=" + id);

            client.publish("devices/" + id + "/messages/events/", new byte[] {0, (byte) 0xC3, 0x28, 65}, 2, 9);
            client.expect(WireClient.PUBACK);
            browser.awaitText("#telemetry-list li:first-child pre", "0000  00 c3 28 41");
            browser.click("#telemetry-hex");
            browser.awaitText("#telemetry-list li:nth-child(2) pre", "0000  7b 22 74 65 6d 70");
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void telemetryIsHeldStillFilteredAndBounded() {
        EmulatedDevice other = HUB.emulator().addDevice("another");
        try (WireClient client = connect();
                WireClient noise =
                        WireClient.device(HUB.emulator(), other.deviceId()).accepted()) {
            send(client, "", "before");
            browser.awaitText("#telemetry-list", "before");
            browser.click("#pause");
            noise.publishAcknowledged("devices/another/messages/events/", "noise");
            send(client, "", "while it is held");
            browser.awaitText("#pause", "Resume (2 new)"::equals);
            assertThat(browser.text("#telemetry-list")).doesNotContain("noise", "while");

            browser.click("#pause");
            browser.awaitText("#telemetry-list", "while it is held");
            assertThat(browser.text("#telemetry-list")).contains("noise");
            browser.click("#only");
            assertThat(browser.text("#telemetry-list"))
                    .contains("before", "while")
                    .doesNotContain("noise");
            assertThat(browser.text("#event-list")).contains(id).doesNotContain("another");

            for (int i = 0; i < 350; i++) {
                client.publishAtLeastOnce("devices/" + id + "/messages/events/", "message " + i, 1);
                client.expect(WireClient.PUBACK);
            }
            browser.awaitText("#telemetry-list li:first-child pre", "message 349"::equals);
            assertThat(browser.findAll("#telemetry-list > li")).hasSizeLessThanOrEqualTo(300);
            browser.awaitText("#telemetry-count", "353"::equals);
            browser.click("#telemetry-clear");
            browser.awaitText("#telemetry-count", "none so far"::equals);
        }
        HUB.emulator().removeDevice(other.deviceId());
    }

    @Test
    void whatHostileDevicesSayIsShownAsText() {
        browser.fill("#add-device input", HOSTILE);
        browser.click("#add-device button");
        browser.awaitText("#devices-problem", HOSTILE);
        WireClient.device(HUB.emulator(), HOSTILE).refused();
        browser.awaitText("#event-list", HOSTILE);
        HUB.emulator().updateDesired(id, "{\"hostile\":\"<script>window.hacked=1</script>\"}");
        try (WireClient client = connect()) {
            String encoded = "%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E";
            send(client, encoded + "=" + encoded + "&__proto__=p&%24.mid=" + encoded, HOSTILE);

            browser.awaitText("#telemetry-list li pre", HOSTILE::equals);
            String image = "<img src=x onerror=\"window.hacked=1\">";
            assertThat(browser.text("#telemetry-list .properties")).contains(image + "=" + image, "__proto__=p");
            browser.click("#telemetry-list summary");
            browser.awaitText("#telemetry-list .system", "message-id=" + image);
        }
        HUB.emulator().sendDevicebound(id, DeviceboundMessage.of("x").messageId("<b>id</b>"));
        browser.await(() -> assertThat(browser.value("#desired")).contains("<script>window.hacked=1</script>"));
        browser.click("#tab-message");
        browser.awaitText("#queue", "<b>id</b>");

        assertThat(browser.findAll("main img, main script, main b")).isEmpty();
        assertThat(browser.run("return window.hacked")).isNull();
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("status of 400"));
    }

    @Test
    void theTwinIsShownAndItsDesiredPropertiesAreChanged() {
        HUB.emulator().updateDesired(id, "{\"interval\":\"10m\",\"target\":1.5}");
        browser.await(() -> assertThat(browser.value("#desired")).contains("\"interval\": \"10m\""));
        try (WireClient client = connect()) {
            client.subscribed("$iothub/twin/PATCH/properties/desired/#", 0);
            client.publishAcknowledged("$iothub/twin/PATCH/properties/reported/?$rid=1", "{\"battery\":55}");
            browser.awaitText("#reported", "\"battery\": 55");
            assertThat(browser.text("#reported-version")).isEqualTo("version 2");

            browser.fill("#desired", "{\"interval\": }");
            browser.click("#twin-form [value=PATCH]");
            browser.awaitText("#twin-problem", "The desired properties must be JSON: ");
            browser.fill("#desired", "[1]");
            browser.click("#twin-form [value=PATCH]");
            browser.awaitText("#twin-problem", "must be a JSON object");
            browser.fill("#desired", "{\"a.b\": 1}");
            browser.click("#twin-form [value=PATCH]");
            browser.awaitText("#twin-problem", "a.b");

            browser.fill("#desired", "{\"interval\": \"5m\"}");
            browser.click("#twin-form [value=PATCH]");
            WireClient.Packet merged = client.expect(WireClient.PUBLISH);
            assertThat(merged.payload()).contains("\"interval\":\"5m\"").doesNotContain("target");
            browser.awaitText("#twin-done", "Merged."::equals);
            assertThat(browser.value("#desired")).contains("\"target\": 1.5", "\"interval\": \"5m\"");

            browser.fill("#desired", "{\"mode\": \"eco\"}");
            browser.click("#twin-form [value=PUT]");
            assertThat(client.expect(WireClient.PUBLISH).payload()).contains("\"mode\":\"eco\"");
            browser.awaitText("#twin-done", "Replaced."::equals);
            assertThat(device.twin().desired()).containsOnlyKeys("mode");
        }
    }

    @Test
    void whatWasTypedIsNotOverwrittenAndOverwritesNobody() {
        browser.await(() -> assertThat(browser.value("#desired")).isEqualTo("{}"));
        browser.fill("#desired", "{\"mine\": 1}");
        HUB.emulator().updateDesired(id, "{\"theirs\":1}");
        browser.awaitText("#twin-version", "changed since you began to type");
        assertThat(browser.value("#desired")).isEqualTo("{\"mine\": 1}");

        browser.click("#twin-form [value=PUT]");

        browser.awaitText("#twin-problem", "changed by somebody else meanwhile");
        assertThat(device.twin().desired()).containsOnlyKeys("theirs");
        browser.click("#twin-reload");
        browser.await(() -> assertThat(browser.value("#desired")).contains("\"theirs\": 1"));
    }

    @Test
    void messagesAreSentAndTheQueueIsShown() {
        browser.click("#tab-message");
        browser.fill("#message-form [name=body]", "caf\u00e9 <b>");
        browser.click("#add-property");
        browser.fill("#properties [name=propertyName]", "Raum Nr. 1");
        browser.fill("#properties [name=propertyValue]", "K\u00fcche");
        browser.click("#message-form summary");
        browser.fill("#message-form [name=messageId]", "m-1");
        browser.choose("#message-form [name=ack]", "");
        browser.click("#message-form .line > button:not([type])");
        browser.awaitText("#message-done", "The hub has taken message m-1.");
        browser.awaitText("#queue", "waits");

        browser.fill("#message-form [name=messageId]", "m-2");
        browser.click("#message-form [value=base64]");
        browser.fill("#message-form [name=body]", "no base64!");
        browser.click("#message-form .line > button:not([type])");
        browser.awaitText("#message-problem", "'body' must be base64");
        browser.fill("#message-form [name=body]", "QUJD");
        browser.click("#message-form .line > button:not([type])");
        browser.awaitText("#message-done", "m-2");

        try (WireClient client = connect()) {
            client.subscribed("devices/" + id + "/messages/devicebound/#", 1);
            WireClient.Packet first = client.expect(WireClient.PUBLISH);
            assertThat(first.payload()).isEqualTo("caf\u00e9 <b>");
            assertThat(first.topic()).endsWith("&Raum%20Nr.%201=K%C3%BCche");
            WireClient.Packet second = client.expect(WireClient.PUBLISH);
            assertThat(second.payload()).isEqualTo("ABC");
            browser.awaitText("#queue", "sent, not acknowledged");
            client.puback(first.packetId());
            client.puback(second.packetId());
            browser.awaitText("#queue-count", "is empty"::equals);
        }
    }

    @Test
    void aModuleGetsAMessageAtItsInput() {
        EmulatedModule module = device.addModule("m1");
        browser.click(".device[data-name='" + id + "/m1']");
        browser.click("#tab-message");
        browser.fill("[name=inputName]", "readings");
        browser.fill("#message-form [name=body]", "21");
        browser.click("#message-form .line > button:not([type])");
        browser.awaitText("#message-done", "The hub has taken");

        try (WireClient client = WireClient.module(HUB.emulator(), module).accepted()) {
            client.subscribed("devices/" + id + "/modules/m1/inputs/#", 1);
            WireClient.Packet packet = client.expect(WireClient.PUBLISH);
            assertThat(packet.topic()).contains("/inputs/readings/");
            assertThat(packet.payload()).isEqualTo("21");
        }
    }

    @Test
    void aMethodIsCalledAndItsAnswerIsShown() {
        browser.click("#tab-method");
        browser.fill("#method-form [name=name]", "reboot");
        browser.fill("#method-form [name=payload]", "{\"delay\": 5.0}");
        browser.click("#method-form button");
        browser.awaitText("#method-problem", "404103");
        try (WireClient client = connect()) {
            client.subscribed("$iothub/methods/POST/#", 0);
            browser.fill("#method-form [name=payload]", "{");
            browser.click("#method-form button");
            browser.awaitText("#method-problem", "The payload must be JSON");
            browser.fill("#method-form [name=payload]", "{\"delay\": 5}");
            browser.click("#method-form button");

            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            assertThat(request.topic()).startsWith("$iothub/methods/POST/reboot/");
            assertThat(request.payload()).isEqualTo("{\"delay\":5}");
            browser.awaitText("#method-waiting", "has not answered yet");
            String rid = request.topic().substring(request.topic().indexOf("$rid=") + 5);
            client.publishAcknowledged("$iothub/methods/res/202/?$rid=" + rid, "{\"rebooted\":true}");

            browser.awaitText("#method-status", "202"::equals);
            assertThat(browser.text("#method-payload")).contains("\"rebooted\": true");
        }
    }

    @Test
    void faultsAreInjectedAndDisarmed() {
        browser.click("#tab-faults");
        try (WireClient client = connect()) {
            browser.awaitText("#fault-list", "None was armed.");
            browser.choose("#fault-form [name=fault]", "evict");
            browser.click("#fault-form .line > button:not([type])");

            browser.awaitText("#fault-done", "It has happened.");
            assertThat(client.isClosedByHub()).isTrue();
            browser.awaitText("#event-list", "400027");
        }
        try (WireClient client = connect()) {
            browser.choose("#fault-form [name=at]", "STORED");
            browser.choose("#fault-form [name=fault]", "drop");
            browser.click("#fault-form [name=only]");
            browser.fill("#fault-form [name=times]", "2");
            browser.click("#fault-form .line > button:not([type])");
            browser.awaitText("#fault-list", "happened 0 times");

            client.publishAtLeastOnce("devices/" + id + "/messages/events/", "lost answer", 1);
            browser.awaitText("#fault-list", "happened 1 times");
            browser.click("#fault-list button");
            browser.awaitText("#fault-list .kind", "over"::equals);
            client.publishAtLeastOnce("devices/" + id + "/messages/events/", "answered", 2);
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(2);
        }
    }

    @Test
    void aFaultStrikesTheChosenModuleAndNotItsDevice() {
        EmulatedModule module = device.addModule("m1");
        browser.click(".device[data-name='" + id + "/m1']");
        browser.click("#tab-faults");
        try (WireClient ofModule = WireClient.module(HUB.emulator(), module).accepted();
                WireClient ofDevice = connect()) {
            browser.choose("#fault-form [name=fault]", "evict");
            browser.click("#fault-form .line > button:not([type])");

            browser.awaitText("#fault-done", "It has happened.");
            assertThat(ofModule.isClosedByHub()).isTrue();
            ofDevice.ping();
        }
    }

    @Test
    void eventsAreShownWithTheirReasons() {
        WireClient.device(HUB.emulator(), id)
                .password("SharedAccessSignature sr=x&sig=y&se=1")
                .refused();

        browser.awaitText("#event-list li:first-child .kind", "refused"::equals);
        assertThat(browser.text("#event-list li:first-child")).contains(id).contains("401003");
    }

    @Test
    void theKeyboardIsEnough() {
        browser.run("document.getElementById('tab-twin').focus()");
        browser.press(Keys.ARROW_RIGHT);
        browser.awaitText("#message", "Application properties");
        browser.press(Keys.END);
        browser.awaitText("#faults", "What happens");
        browser.press(Keys.ARROW_RIGHT);
        browser.awaitText("#twin", "Reported properties");

        browser.run("document.querySelector('#add-device input').focus()");
        browser.press("typed", Keys.ENTER);
        browser.awaitText("#tools-title", "typed"::equals);
        browser.run("document.querySelector(\".device[data-name='" + id + "']\").focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("#tools-title", id::equals);
        HUB.emulator().removeDevice("typed");
        browser.awaitText("#device-list", list -> !list.contains("typed"));
        browser.await(() -> {
            for (WebElement control : browser.findAll("button, input, select, textarea, a")) {
                assertThat(browser.run("return arguments[0].tabIndex >= 0 || arguments[0].role === 'tab'", control))
                        .isEqualTo(true);
                if (control.isDisplayed()) {
                    assertThat(control.getAccessibleName()).isNotBlank();
                }
            }
        });
    }

    @Test
    void itFitsNarrowAndWideScreensInLightAndDark() {
        try (WireClient client = connect()) {
            send(client, "name=" + "x".repeat(200), "y".repeat(500));
            browser.awaitText("#telemetry-list", "yyy");
            for (int width : List.of(340, 700, 1000, 1900)) {
                browser.show(width, 900, "light");
                assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
                        .as("%s pixels", width)
                        .isEqualTo(true);
            }
            Object light = background();
            browser.show(1500, 1000, "dark");
            assertThat(background()).isNotEqualTo(light);
        } finally {
            browser.show(1500, 1000, "light");
        }
    }

    private static Object background() {
        return browser.run("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void theHubMayRestartWhileOneLooks() {
        try (WireClient client = connect()) {
            send(client, "", "before");
            browser.awaitText("#telemetry-list", "before");
        }
        HUB.emulator().stopListening();
        browser.awaitText("#state", "not connected"::equals);
        browser.awaitText("#banner", "This page tries again by itself.");
        HUB.emulator().startListening();
        browser.awaitText("#state", "live"::equals);
        assertThat(browser.find("#banner").isDisplayed()).isFalse();
        try (WireClient client = connect()) {
            send(client, "", "after");

            browser.awaitText("#telemetry-list li:first-child pre", "after"::equals);
            assertThat(browser.text("#telemetry-list")).contains("before");
            browser.find(CONNECTED.formatted(id, "connected"));
        }
    }

    @Test
    void anotherHubOnTheSamePortIsShownAnew() {
        int port;
        try (IotHubEmulator first = IotHubEmulator.builder().httpsPort(0).start()) {
            first.addDevice("old");
            port = first.httpsPort();
            openPage(first, "old");
            try (WireClient client = WireClient.device(first, "old").accepted()) {
                client.publishAcknowledged("devices/old/messages/events/", "of the first");
                client.publishAcknowledged("devices/old/messages/events/", "of the first, too");
            }
            browser.awaitText("#telemetry-list", "of the first, too");
        }
        browser.awaitText("#state", "not connected"::equals);
        try (IotHubEmulator second = IotHubEmulator.builder().httpsPort(port).start()) {
            second.addDevice("new");
            browser.awaitText("#state", "live"::equals);
            try (WireClient client = WireClient.device(second, "new").accepted()) {
                client.publishAcknowledged("devices/new/messages/events/", "of the second");
            }
            browser.awaitText("#telemetry-list", "of the second");
            assertThat(browser.text("#telemetry-list")).doesNotContain("of the first");
            browser.find(CONNECTED.formatted("new", "not connected"));
            assertThat(browser.findAll(".device[data-name=old]")).isEmpty();
        }
    }

    @Test
    void whereATokenIsNeededThePageAsksForIt() {
        HubSettings settings = HubSettings.defaults().controlTokenOnLoopback(true);
        try (IotHubEmulator strict =
                IotHubEmulator.builder().httpsPort(0).settings(settings).start()) {
            strict.addDevice("dev1");
            browser.open("https://localhost:" + strict.httpsPort() + "/#dev1");
            browser.awaitText("#token-reason", "needs a SAS token of a policy");
            browser.fill("#token", "nonsense");
            browser.click("#token-form button");
            browser.awaitText("#token-reason", "Not authorized");
            browser.fill("#token", new BackEnd(strict, "service").token());
            browser.click("#token-form button");
            browser.awaitText("#state", "live"::equals);
            browser.awaitText("#tools-title", "dev1"::equals);

            browser.click("#copy");
            browser.awaitText("#token-reason", "RegistryRead");
            browser.click("#token-cancel");
            browser.awaitText("#device-problem", "RegistryRead");
            browser.click("#copy");
            browser.awaitText("#token-reason", "RegistryRead");
            browser.fill("#token", new BackEnd(strict, "iothubowner").token());
            browser.click("#token-form button");
            browser.await(() -> assertThat(browser.value("#connection-string"))
                    .isEqualTo(strict.device("dev1").orElseThrow().connectionString()));
        }
    }

    @Test
    void aPageWhoseNameWasMadeToLeadHereGetsNothing() {
        browser.open("https://" + Browser.FOREIGN_NAME + ":" + HUB.emulator().httpsPort() + "/");

        browser.awaitText("#banner", "The hub is not called '" + Browser.FOREIGN_NAME);
        assertThat(browser.text("#device-list")).doesNotContain(id);
    }

    @Test
    void aPageOfAnotherSiteCanDoNothing() {
        browser.bypassContentSecurityPolicy(true);
        try {
            String hub = "https://localhost:" + HUB.emulator().httpsPort();
            browser.open(hub + "/page/icon.svg");
            addWithoutCors(hub, "by-its-own");
            assertThat(HUB.emulator().device("by-its-own")).isPresent();

            browser.open(
                    "https://" + Browser.FOREIGN_NAME + ":" + HUB.emulator().httpsPort() + "/page/icon.svg");
            addWithoutCors(hub, "by-another");
            assertThat(HUB.emulator().device("by-another")).isEmpty();
        } finally {
            browser.bypassContentSecurityPolicy(false);
            HUB.emulator().removeDevice("by-its-own");
        }
    }

    /** As any page may: a simple request, whose answer it may not read. Returns when there is an answer. */
    private static void addWithoutCors(String hub, String deviceId) {
        Object outcome = browser.runAsync(
                "const done = arguments[arguments.length - 1];"
                        + " fetch(arguments[0], {method: 'POST', mode: 'no-cors', body: arguments[1]})"
                        + ".then(response => done('answered'), e => done(String(e)))",
                hub + "/emulator/devices",
                "{\"deviceId\":\"" + deviceId + "\"}");
        assertThat(outcome).isEqualTo("answered");
    }

    @Test
    void theCertificateCanBeHadFromThePage() {
        Object pem = browser.runAsync("const done = arguments[arguments.length - 1];"
                + " fetch(document.querySelector('header a').href).then(r => r.text()).then(done)");

        assertThat(((String) pem).getBytes(StandardCharsets.US_ASCII))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo(HUB.emulator().caCertificatePem());
    }
}
