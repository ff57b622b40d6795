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
package io.github.iothubmqtt.camel;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.iothubmqtt.device.TokenProvider;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What cannot work is refused before anything is connected, with one sentence that says what to change and holds no secret. */
class BadConfigurationTest {

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev");

    private static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQt";
    private static final String KEY_TEXT = SECRET + "+/A=";
    private static final String KEY = "sharedAccessKey=RAW(" + KEY_TEXT + ")";
    private static final String SIGNATURE = "c2lnc2lnc2lnc2lnc2lnc2lnc2lnc2lnc2lnc2lnc2k";
    private static final String TOKEN_TEXT =
            "SharedAccessSignature sr=localhost%2Fdevices%2Fdev&sig=" + SIGNATURE + "%3D&se=4102444800";
    private static final String TOKEN = "sasSignature=RAW(" + TOKEN_TEXT + ")";

    static Stream<Arguments> badConfigurations() {
        String good = hub() + "&" + KEY;
        return Stream.of(
                // the hub
                arguments("dev?" + KEY, "hub is missing: give the host name of the hub"),
                arguments("dev?hub=mqtts://localhost&" + KEY, "The address of the hub has a scheme"),
                arguments("dev?hub=localhost/devices&" + KEY, "The address of the hub has a path"),
                arguments("dev?hub=local host&" + KEY, "The host name of the hub is not valid"),
                arguments("dev?hub=&" + KEY, "The address of the hub is blank"),
                arguments(
                        "dev?hub=RAW(HostName=localhost;DeviceId=dev;x509=true)",
                        "The address of the hub looks like a connection string: use the option connectionString"),
                arguments("dev?hub=localhost:0&" + KEY, "The port of the hub is not a number from 1 to 65535"),
                arguments("dev?hub=localhost&hub=example.org&" + KEY, "The option hub is given twice"),
                arguments("dev?hub=localhost:8883&port=8884&" + KEY, "port is 8884 and the hub's address says 8883"),
                arguments("dev?hub=localhost&port=65536&" + KEY, "port must be from 1 to 65535"),
                arguments("dev?hub=localhost&port=-1&" + KEY, "port must be from 1 to 65535"),
                arguments("dev?hub=localhost&port=mqtt&" + KEY, "The option port is not a whole number"),
                // the gateway
                arguments(
                        "dev?" + good + "&gatewayHostName=mqtts://edge",
                        "gatewayHostName cannot be used: The address of the hub has a scheme"),
                arguments(
                        "dev?hub=localhost&gatewayHostName=edge:8883&port=8884&" + KEY,
                        "port is 8884 and the gateway's address says 8883"),
                // the way there
                arguments("dev?" + good + "&transport=amqp", "transport=amqp"),
                arguments("dev?" + good + "&proxyHost=proxy", "proxyHost is given without proxyPort: give both"),
                arguments(
                        "dev?" + good + "&proxyPort=3128", "proxyPort is given without proxyHost: give both, or none"),
                arguments("dev?" + good + "&proxyUser=me", "proxyUser is given without proxyHost: give both, or none"),
                arguments(
                        "dev?" + good + "&proxyPassword=RAW(" + SECRET + ")",
                        "proxyPassword is given without proxyHost: give both, or none"),
                arguments(
                        "dev?" + good + "&proxyType=socks5",
                        "proxyType is given without proxyHost: give both, or none"),
                arguments("dev?" + good + "&proxyType=socks4", "proxyType=socks4"),
                arguments("dev?" + good + "&proxyHost=http://proxy&proxyPort=1", "with neither scheme nor port"),
                arguments("dev?" + good + "&proxyHost=proxy:3128&proxyPort=1", "with neither scheme nor port"),
                arguments("dev?" + good + "&proxyHost=proxy&proxyPort=65536", "proxyPort must be from 1 to 65535"),
                arguments("dev?" + good + "&proxyHost=proxy&proxyPort=-1", "proxyPort must be from 1 to 65535"),
                arguments("dev?" + good + "&proxyHost=proxy&proxyPort=x", "The option proxyPort is not a whole number"),
                arguments(
                        "dev?" + good + "&proxyHost=proxy&proxyPort=1&proxyUser=me",
                        "proxyUser is given without proxyPassword: give both, or none"),
                arguments(
                        "dev?" + good + "&proxyHost=proxy&proxyPort=1&proxyPassword=RAW(" + SECRET + ")",
                        "proxyPassword is given without proxyUser: give both, or none"),
                arguments(
                        "dev?" + good + "&proxyHost=proxy&proxyPort=1&proxyUser=RAW(a:b)&proxyPassword=" + SECRET,
                        "proxyUser contains a colon"),
                arguments(
                        "dev?" + good + "&proxyHost=proxy&proxyPort=1&proxyUser=&proxyPassword=" + SECRET,
                        "proxyUser is empty"),
                arguments(
                        "dev?" + good + "&proxyType=socks5&proxyHost=proxy&proxyPort=1&proxyUser=a&proxyPassword=",
                        "proxyPassword is empty, which SOCKS does not know"),
                arguments(
                        "dev?" + good + "&proxyType=socks5&proxyHost=proxy&proxyPort=1&proxyUser=" + "u".repeat(256)
                                + "&proxyPassword=" + SECRET,
                        "proxyUser is longer than the 255 bytes that SOCKS allows"),
                arguments(
                        "dev?" + good + "&proxyType=socks5&proxyHost=proxy&proxyPort=1&proxyUser=me&proxyPassword="
                                + SECRET.repeat(10),
                        "proxyPassword is longer than the 255 bytes that SOCKS allows"),
                // authentication
                arguments(
                        "dev?" + hub(),
                        "no way of authentication is given: give one of sharedAccessKey, connectionString, certificateFile"),
                arguments(
                        "dev?" + good + "&" + TOKEN,
                        "more than one way of authentication is given (sharedAccessKey, sasSignature)"),
                arguments(
                        "dev?" + KEY + "&" + connectionString("DeviceId=dev"),
                        "more than one way of authentication is given (sharedAccessKey, connectionString)"),
                arguments(
                        "dev?" + hub() + "&sharedAccessKey=" + KEY_TEXT,
                        "The shared access key contains a blank, so a '+' of it was probably decoded to a blank"),
                arguments("dev?" + hub() + "&sharedAccessKey=" + KEY_TEXT, "wrap the value in RAW(...)"),
                arguments("dev?" + hub() + "&sharedAccessKey=RAW(" + SECRET + "!)", "characters that are not base64"),
                arguments(
                        "dev?" + hub() + "&sharedAccessKey=RAW(" + SECRET + "ABC)", "no whole number of base64 groups"),
                arguments("dev?" + hub() + "&sharedAccessKey=RAW(" + SECRET + "-_A=)", "URL-safe alphabet"),
                arguments("dev?" + hub() + "&sharedAccessKey=", "The shared access key is empty"),
                arguments("dev?" + hub() + "&" + KEY + "&" + KEY, "The option sharedAccessKey is given twice"),
                arguments(
                        "dev?" + hub() + "&sasSignature=RAW(" + SIGNATURE + ")",
                        "The shared access signature does not start"),
                arguments(
                        "dev?" + hub() + "&sasSignature=RAW(" + TOKEN_TEXT.replace("se=", "x=") + ")",
                        "has no field 'se'"),
                arguments(
                        "dev?" + hub() + "&sasSignature=RAW(HostName=localhost;SharedAccessKey=" + KEY_TEXT + ")",
                        "is a connection string or a part of one: use the option connectionString"),
                // connection strings
                arguments(
                        "dev?" + connectionString("DeviceId=other"),
                        "the connection string is that of other and the URI names dev"),
                arguments(
                        "dev?" + connectionString("DeviceId=dev;ModuleId=mod"),
                        "the connection string is that of dev/mod and the URI names dev"),
                arguments(
                        "dev/mod?" + connectionString("DeviceId=dev"),
                        "the connection string is that of dev and the URI names dev/mod"),
                arguments(
                        "dev?hub=localhost&" + connectionString("DeviceId=dev"),
                        "hub and connectionString are both given: leave out hub"),
                arguments("dev?connectionString=", "The connection string is blank"),
                arguments("dev?connectionString=RAW(" + SECRET + ")", "Part 1 of the connection string has no '='"),
                arguments(
                        "dev?" + connectionString("DeviceId=dev;Colour=red"), "has an unknown key: use only HostName"),
                arguments("dev?" + connectionString("DeviceId=dev;DeviceId=dev"), "has DeviceId twice"),
                arguments("dev?" + connectionString("DeviceId="), "has no value for DeviceId"),
                arguments(
                        "dev?" + connectionString("SharedAccessKeyName=device"),
                        "seems to be one for back-end services: use the connection string that the hub shows for the device"),
                arguments("dev?" + connectionString("ModuleId=mod"), "has no DeviceId: add DeviceId="),
                arguments("dev?connectionString=RAW(DeviceId=dev;SharedAccessKey=" + KEY_TEXT + ")", "has no HostName"),
                arguments("dev?connectionString=RAW(HostName=localhost;DeviceId=dev)", "has no credential"),
                arguments(
                        "dev?connectionString=RAW(HostName=localhost;DeviceId=dev;x509=maybe)",
                        "neither true nor false"),
                arguments(
                        "dev?connectionString=RAW(HostName=localhost;DeviceId=dev;x509=true)",
                        "says x509=true and there is no certificate: give certificateFile and privateKeyFile, or"),
                arguments(
                        "dev?certificateFile=a.pem&privateKeyFile=a.pem&" + connectionString("DeviceId=dev"),
                        "more than one way of authentication is given (connectionString, certificateFile)"),
                arguments(
                        "dev?certificateFile=a.pem&privateKeyFile=a.pem&" + good,
                        "more than one way of authentication is given (sharedAccessKey, certificateFile)"),
                arguments(
                        "dev?tokenProvider=#class:" + Provider.class.getName() + "&" + good,
                        "more than one way of authentication is given (sharedAccessKey, tokenProvider)"),
                arguments(
                        "dev?certificateFile=a.pem&" + hub(),
                        "certificateFile is given without privateKeyFile: give both"),
                arguments(
                        "dev?privateKeyFile=a.pem&" + hub(),
                        "privateKeyFile or privateKeyPassword is given without certificateFile: give both files"),
                arguments(
                        "dev?privateKeyPassword=" + SECRET + "&" + hub(),
                        "privateKeyFile or privateKeyPassword is given without certificateFile: give both files"),
                arguments(
                        "dev?" + hub() + "&" + TOKEN + "&sharedAccessKeyName=device",
                        "sharedAccessKeyName is given without sharedAccessKey: give the key of that policy, too"),
                arguments(
                        "dev?" + hub() + "&" + TOKEN + "&deriveDeviceKey=true",
                        "deriveDeviceKey is given without sharedAccessKey: give the key of the enrolment group, too"),
                arguments(
                        "dev?" + good + "&sharedAccessKeyName=device&deriveDeviceKey=true",
                        "sharedAccessKeyName and deriveDeviceKey are both given"),
                // provisioning
                arguments(
                        "dev?idScope=0ne1&" + good, "idScope is given besides hub or connectionString: leave one out"),
                arguments(
                        "dev?idScope=0ne1&" + connectionString("DeviceId=dev"),
                        "idScope is given besides hub or connectionString: leave one out"),
                arguments("dev/mod?idScope=0ne1&" + KEY, "idScope is given for a module: only devices are provisioned"),
                arguments(
                        "dev?idScope=0ne1&gatewayHostName=edge&" + KEY,
                        "idScope and gatewayHostName are both given: behind a gateway, give the hub"),
                arguments(
                        "dev?idScope=0ne1&sharedAccessKeyName=device&" + KEY,
                        "idScope and sharedAccessKeyName are both given"),
                arguments("dev?idScope=0ne1&" + TOKEN, "idScope and sasSignature are both given: a token fits"),
                arguments("dev?idScope=0ne/1&" + KEY, "idScope is not one: copy the ID scope"),
                arguments("dev?idScope=&" + KEY, "idScope is not one: copy the ID scope"),
                arguments("dev?idScope=0ne1&registrationId=reg.&" + KEY, "registrationId is not one: give up to 128"),
                arguments("de$v?idScope=0ne1&" + KEY, "the device id cannot be a registration id: give registrationId"),
                arguments(
                        "dev?idScope=0ne1&provisioningPayload=red&" + KEY,
                        "provisioningPayload is no JSON value: write it"),
                arguments(
                        "dev?idScope=0ne1&provisioningEndpoint=mqtts://dps&" + KEY,
                        "provisioningEndpoint cannot be used: The address of the hub has a scheme"),
                arguments(
                        "dev?idScope=0ne1&provisioningTimeout=0&" + KEY,
                        "provisioningTimeout must be longer than zero"),
                arguments("dev?registrationId=reg1&" + good, "registrationId is given without idScope: give both"),
                arguments(
                        "dev?provisioningPayload=RAW({})&" + good,
                        "provisioningPayload is given without idScope: give both"),
                arguments("dev?" + KEY, "hub is missing: give the host name of the hub"),
                arguments(
                        "dev?gatewayHostName=edge&" + connectionString("DeviceId=dev;GatewayHostName=edge"),
                        "gatewayHostName is given and the connection string contains GatewayHostName: leave one"),
                arguments(
                        "dev?" + connectionString("DeviceId=dev;SharedAccessSignature=" + TOKEN_TEXT),
                        "has both SharedAccessKey and SharedAccessSignature"),
                arguments(
                        "dev?connectionString=HostName=localhost;DeviceId=dev;SharedAccessKey=" + KEY_TEXT,
                        "wrap the value in RAW(...)"),
                // ranges
                arguments("dev?" + good + "&qos=2", "qos is 2, but the hub knows only 0 and 1"),
                arguments("dev?" + good + "&qos=-1", "qos is -1, but the hub knows only 0 and 1"),
                arguments("dev?" + good + "&qos=one", "The option qos is not a whole number"),
                arguments("dev?" + good + "&qos=", "The option qos is not a whole number"),
                arguments(
                        "dev?" + good + "&willMessage=gone&willQos=2", "willQos is 2, but the hub knows only 0 and 1"),
                arguments("dev?" + good + "&willMessage=gone&willQos=x", "The option willQos is not a whole number"),
                arguments("dev?" + good + "&willProperty.a=b", "willProperty is given without a willMessage"),
                arguments("dev?" + good + "&keepAlive=0", "keepAlive must be from 1 to 1177 seconds"),
                arguments("dev?" + good + "&keepAlive=1178s", "keepAlive must be from 1 to 1177 seconds"),
                arguments("dev?" + good + "&keepAlive=-5s", "keepAlive must be from 1 to 1177 seconds"),
                arguments("dev?" + good + "&keepAlive=soon", "keepAlive=soon"),
                arguments("dev?" + good + "&connectTimeout=0", "connectTimeout must be longer than zero"),
                arguments("dev?" + good + "&connectTimeout=-1s", "connectTimeout must be longer than zero"),
                arguments("dev?" + good + "&connectTimeout=366d", "connectTimeout must not be longer than 365 days"),
                arguments("dev?" + good + "&sendTimeout=0", "sendTimeout must be longer than zero"),
                arguments("dev?" + good + "&sendTimeout=200000d", "sendTimeout must not be longer than 365 days"),
                arguments("dev?" + good + "&requestTimeout=0", "requestTimeout must be longer than zero"),
                arguments("dev?" + good + "&requestTimeout=200000d", "requestTimeout must not be longer than 365 days"),
                arguments("dev?" + good + "&methodTimeout=-1s", "methodTimeout must be longer than zero"),
                arguments("dev?" + good + "&methodTimeout=200000d", "methodTimeout must not be longer than 365 days"),
                arguments("dev?" + good + "&sasTimeToLive=-1h", "sasTimeToLive must be longer than zero"),
                arguments("dev?" + good + "&sasTimeToLive=500", "sasTimeToLive is PT0.5S: give at least one second"),
                arguments("dev?" + good + "&sasTimeToLive=200000d", "sasTimeToLive must not be longer than 365 days"),
                arguments("dev?" + good + "&reconnectBackoffMin=0", "reconnectBackoffMin must be longer than zero"),
                arguments(
                        "dev?" + good + "&reconnectBackoffMax=500",
                        "reconnectBackoffMax must not be shorter than reconnectBackoffMin"),
                arguments(
                        "dev?" + good + "&reconnectBackoffMax=200000d",
                        "reconnectBackoffMax must not be longer than 365 days"),
                arguments("dev?" + good + "&maxInflight=0", "maxInflight must be from 1 to 10000"),
                arguments("dev?" + good + "&maxInflight=10001&maxPending=20000", "maxInflight must be from 1 to 10000"),
                arguments("dev?" + good + "&maxInflight=many", "The option maxInflight is not a whole number"),
                arguments("dev?" + good + "&maxPending=99", "maxPending must not be smaller than maxInflight"),
                arguments("dev?" + good + "&maxPending=99999999999", "The option maxPending is not a whole number"),
                arguments("dev?" + good + "&maxRedeliveries=-1", "maxRedeliveries must not be negative"),
                arguments("dev?" + good + "&cleanSession=maybe", "cleanSession=maybe"),
                // the path
                arguments("?" + good, "the path must be a device id"),
                arguments("dev/?" + good, "the path must be a device id"),
                arguments("/dev?" + good, "the path must be a device id"),
                arguments("dev/mod/x?" + good, "the path must be a device id"),
                arguments("de%23v?" + good, "The device id contains '#' or '+'"),
                arguments("de+v?" + good, "The device id contains '#' or '+'"),
                arguments("dev/m+d?" + good, "The module id contains '#' or '+'"),
                arguments("de v?" + good, "The device id contains U+0020"),
                arguments("de%20v?" + good, "The device id contains U+0020"),
                arguments("d\u00e9v?" + good, "The device id contains U+00E9"),
                arguments("d".repeat(129) + "?" + good, "The device id has 129 characters"),
                arguments("dev%2541?" + good, "write each percent sign that belongs to the id as %2525"),
                arguments("dev?" + good + "&deviceId=other", "leave out the option deviceId"),
                arguments("dev?" + good + "&moduleId=other", "leave out the option moduleId"),
                // names and choices
                arguments(
                        "dev?" + good + "&colour=red",
                        "There is no option of the name colour: check the spelling, and write a value that holds an '&' as RAW(...)"),
                arguments("dev?" + good + "&operation=twinSet", "operation=twinSet"),
                arguments("dev?" + good + "&channel=method", "channel=method"),
                arguments("dev?" + good + "&onFailure=ignore", "onFailure=ignore"),
                arguments("dev?" + good + "&sslContextParameters=#nobody", "nobody"));
    }

    @ParameterizedTest
    @MethodSource("badConfigurations")
    void aProducerIsRefused(String uri, String sentence) {
        isRefused(sentence, to(uri));
    }

    @ParameterizedTest
    @MethodSource("badConfigurations")
    void aConsumerIsRefused(String uri, String sentence) {
        isRefused(sentence, new RouteBuilder() {
            @Override
            public void configure() {
                from("iothub-mqtt:" + uri).to("mock:out");
            }
        });
    }

    @Test
    void aUriWithoutPathIsRefused() {
        isRefused("the path must be a device id", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("iothub-mqtt?" + hub() + "&" + KEY);
            }
        });
    }

    @Test
    void aContextThatWasNeverStartedIsClosedInSilence() throws Exception {
        try (FailedStartLog log = new FailedStartLog()) {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                context.getEndpoint("iothub-mqtt:dev?" + hub() + "&" + KEY);
            }

            assertThat(log.text()).doesNotContain("NullPointerException");
        }
    }

    @Test
    void aPayloadThatTheProvisioningServiceCannotTakeIsRefused() {
        IotHubMqttConfiguration options = new IotHubMqttConfiguration();
        options.setIdScope("0ne00000000");
        options.setProvisioningPayload("\"" + "x".repeat(96 * 1024) + "\"");

        assertThatThrownBy(() -> new ProvisioningReader(options, "dev", null).read(8883))
                .hasMessage("provisioningPayload is too long: the provisioning service takes 96 KB, so shorten it");
    }

    @Test
    void theSentenceIsThatOfTheInnermostCauseAndNotRepeatedAround() {
        Throwable failure = catchThrowable(() -> start(to("dev?" + hub() + "&" + KEY + "&colour=red")));

        assertThat(failure).rootCause().isInstanceOf(IllegalArgumentException.class);
        assertThat(failure)
                .rootCause()
                .message()
                .isEqualTo(
                        "There is no option of the name colour: check the spelling, and write a value that holds an '&' as RAW(...)");
    }

    // Camel itself shows the URI in messages of its own, where it masks what looks like a secret by the option's name.

    @Test
    void ourSentenceDoesNotShowTheValueOfAMisspeltKey() {
        Throwable failure = catchThrowable(() -> start(to("dev?" + hub() + "&sharedAccesKey=RAW(" + KEY_TEXT + ")")));

        assertThat(failure)
                .rootCause()
                .hasMessageStartingWith("There is no option of the name sharedAccesKey: check the spelling")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void ourSentenceSaysThatATokenWithoutRawFallsToPieces() {
        Throwable failure = catchThrowable(() -> start(to("dev?" + hub() + "&sasSignature=" + TOKEN_TEXT)));

        assertThat(failure)
                .rootCause()
                .hasMessageStartingWith("There is no option of the name se, sig: check the spelling, and write")
                .hasMessageEndingWith("RAW(...)")
                .message()
                .doesNotContain(SIGNATURE);
    }

    @Test
    void ourSentenceDoesNotShowAConnectionStringThatWasGivenAsHub() {
        Throwable failure = catchThrowable(() ->
                start(to("dev?hub=RAW(HostName=localhost;DeviceId=dev;SharedAccessKey=" + KEY_TEXT + ")&" + KEY)));

        assertThat(failure)
                .rootCause()
                .hasMessageContaining("use the option connectionString for it")
                .message()
                .doesNotContain(SECRET);
    }

    /** Never asked. */
    public static final class Provider implements TokenProvider {

        @Override
        public String token(TokenRequest request) {
            throw new AssertionError();
        }
    }

    private static RouteBuilder to(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("iothub-mqtt:" + uri);
            }
        };
    }

    private static void isRefused(String sentence, RouteBuilder route) {
        Throwable failure;
        String log;
        try (FailedStartLog logged = new FailedStartLog()) {
            failure = catchThrowable(() -> start(route));
            log = logged.text();
        }

        assertThat(failure).as("failure of the start").isNotNull();
        List<Throwable> causes = causes(failure);
        assertThat(causes).extracting(Throwable::getMessage).anySatisfy(message -> assertThat(message)
                .contains(sentence));
        assertThat(causes.get(causes.size() - 1).getMessage()).doesNotContain("\n");
        assertThat(stackTrace(failure)).doesNotContain(SECRET).doesNotContain(SIGNATURE);
        assertThat(log).doesNotContain(SECRET).doesNotContain(SIGNATURE);
        assertThat(log).as("what stopping logged").doesNotContain("NullPointerException");
        assertThat(HUB.emulator().events()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("IotHubMqtt"));
    }

    private static void start(RouteBuilder route) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(route);
            context.start();
        }
    }

    private static String hub() {
        return "hub=localhost:" + HUB.emulator().mqttPort();
    }

    private static String connectionString(String parts) {
        return "connectionString=RAW(HostName=localhost:" + HUB.emulator().mqttPort() + ";" + parts
                + ";SharedAccessKey=" + KEY_TEXT + ")";
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
