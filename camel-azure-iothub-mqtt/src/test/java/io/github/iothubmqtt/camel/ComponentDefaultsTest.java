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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.iothubmqtt.device.TokenProvider;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Options that are set once, on the component, by properties of an application: {@code camel.component.iothub-mqtt.…}. */
class ComponentDefaultsTest {

    private static final String PREFIX = "camel.component.iothub-mqtt.";

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev1");

    private final Main main = new Main();

    /** One for each option that is neither text nor number, by the option's name. */
    private final Map<String, Object> beans = Map.of(
            "tokenProvider",
            (TokenProvider) request -> "a token",
            "headerFilterStrategy",
            new DefaultHeaderFilterStrategy(),
            "sslContextParameters",
            new SSLContextParameters(),
            "willProperties",
            Map.of("severity", "high"));

    @AfterEach
    void stop() {
        main.stop();
    }

    @Test
    void aUriNeedsNeitherHubNorSecretWhenTheComponentHasThem() throws Exception {
        main.bind("hubTls", HubTls.trusting(HUB.emulator()));
        set("hub", "localhost:" + HUB.emulator().mqttPort());
        main.addInitialProperty("the.key", HUB.device("dev1").primaryKey());
        set("shared-access-key", "{{the.key}}");
        set("ssl-context-parameters", "#hubTls");
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("iothub-mqtt:dev1");
            }
        });
        main.start();
        main.getCamelTemplate().sendBody("direct:in", "a");

        assertThat(HUB.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a");
    }

    @Test
    void eachOptionOfTheComponentReachesTheEndpoint() {
        SSLContextParameters tls = HubTls.trusting(HUB.emulator());
        DefaultHeaderFilterStrategy filter = new DefaultHeaderFilterStrategy();
        main.bind("hubTls", tls);
        main.bind("filter", filter);
        setGoodOptions();
        main.start();
        IotHubMqttEndpoint endpoint = main.getCamelContext().getEndpoint("iothub-mqtt:dev1", IotHubMqttEndpoint.class);
        IotHubMqttConfiguration options = endpoint.getConfiguration();

        assertThat(options.getHub()).isEqualTo("example.org");
        assertThat(options.getPort()).isEqualTo(8884);
        assertThat(options.getGatewayHostName()).isEqualTo("edge.example.org");
        assertThat(options.getTransport()).isEqualTo(NetworkTransport.websocket);
        assertThat(options.getProxyType()).isEqualTo(ProxyType.socks5);
        assertThat(options.getProxyHost()).isEqualTo("proxy.example.org");
        assertThat(options.getProxyPort()).isEqualTo(1080);
        assertThat(options.getProxyUser()).isEqualTo("me");
        assertThat(options.getProxyPassword()).isEqualTo("open sesame");
        assertThat(options.getSharedAccessKey()).isEqualTo("c2Vj+/A=");
        assertThat(options.getSharedAccessKeyName()).isEqualTo("device");
        assertThat(options.getProvisioningEndpoint()).isEqualTo("dps.example.org");
        assertThat(options.getProvisioningTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(options.getSasTimeToLive()).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.getSslContextParameters()).isSameAs(tls);
        assertThat(options.getQos()).isZero();
        assertThat(options.isCleanSession()).isTrue();
        assertThat(options.getKeepAlive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.getConnectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.getReconnectBackoffMin()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.getReconnectBackoffMax()).isEqualTo(Duration.ofMinutes(5));
        assertThat(options.getWillMessage()).isEqualTo("gone");
        assertThat(options.getWillQos()).isZero();
        assertThat(options.getWillProperties()).isEqualTo(Map.of("severity", "high", "a.b", "c"));
        assertThat(options.getOperation()).isEqualTo(ProducerOperation.twinGet);
        assertThat(options.getContentType()).isEqualTo("text/plain");
        assertThat(options.getContentEncoding()).isEqualTo("utf-8");
        assertThat(options.getOutputName()).isEqualTo("alerts");
        assertThat(options.getSendTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.getRequestTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(options.getMaxInflight()).isEqualTo(11);
        assertThat(options.getMaxPending()).isEqualTo(12);
        assertThat(options.getChannel()).isEqualTo(ConsumerChannel.methods);
        assertThat(options.getMethodName()).isEqualTo("reboot,blink");
        assertThat(options.getMethodTimeout()).isEqualTo(Duration.ofSeconds(14));
        assertThat(options.getInputName()).isEqualTo("commands");
        assertThat(options.getOnFailure()).isEqualTo(FailureAction.acknowledge);
        assertThat(options.getMaxRedeliveries()).isEqualTo(3);
        assertThat(options.getPubackTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(options.getSasRenewAt()).isEqualTo(50);
        assertThat(options.getHandOverTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(options.getAckMode()).isEqualTo(AcknowledgeMode.manual);
        assertThat(options.getConcurrentConsumers()).isEqualTo(4);
        assertThat(component(main.getCamelContext()).getMaxConnectsPerSecond()).isEqualTo(13);
        assertThat(component(main.getCamelContext()).isHealthCheckConsumerEnabled())
                .isFalse();
        assertThat(component(main.getCamelContext()).isHealthCheckProducerEnabled())
                .isFalse();
        assertThat(options.getHeaderFilterStrategy()).isSameAs(filter);
        assertThat(endpoint.isBridgeErrorHandler()).isTrue();
        assertThat(endpoint.isLazyStartProducer()).isTrue();
        assertThat(component(main.getCamelContext()).isAutowiredEnabled()).isFalse();
        assertThat(component(main.getCamelContext()).isUseGlobalSslContextParameters())
                .isTrue();
    }

    @Test
    void noOptionIsForgottenAbove() throws Exception {
        setGoodOptions();
        Set<String> set = new TreeSet<>();
        main.getInitialProperties()
                .stringPropertyNames()
                .forEach(name -> set.add(StringHelper.dashToCamelCase(
                        name.substring(PREFIX.length()).replaceAll("[.\\[].*", ""))));
        // Each excludes other options; they have tests of their own.
        set.addAll(Set.of(
                "connectionString",
                "sasSignature",
                "tokenProvider",
                "deriveDeviceKey",
                "certificateFile",
                "privateKeyFile",
                "privateKeyPassword",
                "idScope",
                "registrationId",
                "provisioningPayload",
                "configuration"));

        assertThat(set).isEqualTo(OptionsCoveredTest.json("componentProperties").keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kebab-case", "camelCase"})
    void eachOptionThatTheCatalogListsIsBoundFromAPropertiesFile(String spelling, @TempDir Path folder)
            throws Exception {
        Map<String, String> samples = new TreeMap<>();
        OptionsCoveredTest.json("componentProperties").forEach((name, option) -> {
            if (!name.equals("configuration")) { // it replaces all others, and has a test of its own
                samples.put(name, sample(name, (JsonObject) option));
            }
        });
        List<String> lines = new ArrayList<>();
        samples.forEach((name, value) -> lines.add(
                PREFIX + (spelling.equals("camelCase") ? name : StringHelper.camelCaseToDash(name)) + "=" + value));
        Path file = Files.write(folder.resolve("application.properties"), lines);
        beans.forEach((name, bean) -> main.bind(name, bean));
        main.setPropertyPlaceholderLocations("file:" + file);
        main.start();

        IotHubMqttComponent component = component(main.getCamelContext());
        samples.forEach((name, value) ->
                assertThat(option(component, name)).as(name).isEqualTo(expected(component, name, value)));
    }

    @Test
    void theConnectionStringAndTheTokenReachTheEndpoint() {
        set("connection-string", "HostName=example.org;DeviceId=dev1;SharedAccessKey=c2Vj+/A=");
        main.start();
        CamelContext context = main.getCamelContext();
        assertThat(context.getEndpoint("iothub-mqtt:dev1", IotHubMqttEndpoint.class)
                        .getServiceUrl())
                .isEqualTo("example.org:8883");

        component(context).getConfiguration().setConnectionString(null);
        component(context).getConfiguration().setSasSignature("a token");
        assertThat(component(context).getConfiguration().copy().getSasSignature())
                .isEqualTo("a token");
    }

    @Test
    void anEndpointOverridesAnOptionOfTheComponentForItselfAlone() {
        set("hub", "example.org");
        set("shared-access-key", "c2VjcmV0");
        set("keep-alive", "30s");
        main.start();
        CamelContext context = main.getCamelContext();
        IotHubMqttEndpoint one = context.getEndpoint("iothub-mqtt:dev1?keepAlive=40s", IotHubMqttEndpoint.class);
        IotHubMqttEndpoint other = context.getEndpoint("iothub-mqtt:dev2", IotHubMqttEndpoint.class);

        assertThat(one.getConfiguration().getKeepAlive()).isEqualTo(Duration.ofSeconds(40));
        assertThat(other.getConfiguration().getKeepAlive()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void ofTwoWaysOfAuthenticationItIsToldWhichTheComponentBrings() {
        set("hub", "example.org");
        set("shared-access-key", "c2VjcmV0");
        main.start();
        CamelContext context = main.getCamelContext();

        assertThatThrownBy(() -> context.getEndpoint("iothub-mqtt:dev1?certificateFile=a.pem&privateKeyFile=b.pem"))
                .hasStackTraceContaining(
                        "more than one way of authentication is given (sharedAccessKey of the component,"
                                + " certificateFile): leave one");
    }

    @Test
    void aWholeConfigurationCanBeABean() {
        IotHubMqttConfiguration configuration = new IotHubMqttConfiguration();
        configuration.setHub("example.org");
        configuration.setSharedAccessKey("c2VjcmV0");
        main.bind("hubConfiguration", configuration);
        set("configuration", "#hubConfiguration");
        main.start();

        assertThat(main.getCamelContext()
                        .getEndpoint("iothub-mqtt:dev1", IotHubMqttEndpoint.class)
                        .getServiceUrl())
                .isEqualTo("example.org:8883");
    }

    private void setGoodOptions() {
        set("hub", "example.org");
        set("port", "8884");
        set("gateway-host-name", "edge.example.org");
        set("transport", "websocket");
        set("proxy-type", "socks5");
        set("proxy-host", "proxy.example.org");
        set("proxy-port", "1080");
        set("proxy-user", "me");
        set("proxy-password", "open sesame");
        set("shared-access-key", "c2Vj+/A=");
        set("shared-access-key-name", "device");
        set("provisioning-endpoint", "dps.example.org");
        set("provisioning-timeout", "15s");
        set("sas-time-to-live", "2m");
        set("ssl-context-parameters", "#hubTls");
        set("use-global-ssl-context-parameters", "true");
        set("qos", "0");
        set("clean-session", "true");
        set("keep-alive", "30s");
        set("connect-timeout", "5s");
        set("reconnect-backoff-min", "2s");
        set("reconnect-backoff-max", "5m");
        set("will-message", "gone");
        set("will-qos", "0");
        set("will-properties.severity", "high");
        set("will-properties[a.b]", "c");
        set("operation", "twinGet");
        set("content-type", "text/plain");
        set("content-encoding", "utf-8");
        set("output-name", "alerts");
        set("send-timeout", "7s");
        set("request-timeout", "6s");
        set("max-inflight", "11");
        set("max-pending", "12");
        set("channel", "methods");
        set("method-name", "reboot,blink");
        set("method-timeout", "14s");
        set("input-name", "commands");
        set("on-failure", "acknowledge");
        set("max-redeliveries", "3");
        set("puback-timeout", "8s");
        set("sas-renew-at", "50");
        set("hand-over-timeout", "9s");
        set("ack-mode", "manual");
        set("concurrent-consumers", "4");
        set("max-connects-per-second", "13");
        set("health-check-consumer-enabled", "false");
        set("health-check-producer-enabled", "false");
        set("header-filter-strategy", "#filter");
        set("bridge-error-handler", "true");
        set("lazy-start-producer", "true");
        set("autowired-enabled", "false");
    }

    private void set(String option, String value) {
        main.addInitialProperty(PREFIX + option, value);
    }

    /** A value that is not the default, unless there is no other. */
    private String sample(String name, JsonObject option) {
        String byDefault = String.valueOf(option.get("defaultValue"));
        if (option.get("enum") instanceof Collection<?> values) {
            return values.stream()
                    .map(String::valueOf)
                    .filter(value -> !value.equals(byDefault))
                    .findFirst()
                    .orElse(byDefault);
        }
        return switch ((String) option.get("type")) {
            case "boolean" -> String.valueOf(!byDefault.equals("true"));
            case "integer" -> "17";
            case "duration" -> "17s";
            case "string" -> "a value of " + name;
            default -> {
                assertThat(beans)
                        .as("beans of this test: add one for the new option")
                        .containsKey(name);
                yield "#" + name;
            }
        };
    }

    private Object expected(IotHubMqttComponent component, String name, String value) {
        return value.startsWith("#")
                ? beans.get(name)
                : component
                        .getCamelContext()
                        .getTypeConverter()
                        .convertTo(options(component).getOptionType(name, true), value);
    }

    private static Object option(IotHubMqttComponent component, String name) {
        return options(component).getOptionValue(component, name, true);
    }

    private static PropertyConfigurerGetter options(IotHubMqttComponent component) {
        return (PropertyConfigurerGetter) component.getComponentPropertyConfigurer();
    }

    private static IotHubMqttComponent component(CamelContext context) {
        return context.getComponent("iothub-mqtt", IotHubMqttComponent.class);
    }
}
