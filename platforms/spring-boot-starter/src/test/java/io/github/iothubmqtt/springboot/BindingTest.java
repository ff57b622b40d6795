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
package io.github.iothubmqtt.springboot;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import io.github.iothubmqtt.camel.IotHubMqttComponent;
import io.github.iothubmqtt.camel.IotHubMqttConfiguration;
import io.github.iothubmqtt.device.TokenProvider;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.tooling.model.ComponentModel.ComponentOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Properties of an application reach the component, all of them, and nothing else does. */
class BindingTest {

    private static final String PREFIX = "camel.component.iothub-mqtt.";

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(CamelAutoConfiguration.class, IotHubMqttAutoConfiguration.class))
            .withUserConfiguration(Beans.class);

    @Test
    void eachOptionOfTheComponentIsBound() throws IOException {
        Map<String, String> samples = samples();
        application
                .withPropertyValues(samples.entrySet().stream()
                        .map(sample -> PREFIX + StringHelper.camelCaseToDash(sample.getKey()) + "=" + sample.getValue())
                        .toArray(String[]::new))
                .withPropertyValues(PREFIX + "will-properties.severity=high")
                .run(context -> {
                    samples.forEach((name, value) ->
                            assertThat(option(context, name)).as(name).isEqualTo(expected(context, name, value)));
                    assertThat(option(context, "willProperties")).isEqualTo(Map.of("severity", "high"));
                });
    }

    @Test
    void whatIsNotSetKeepsTheValueOfTheConfigurationBean() {
        application
                .withPropertyValues(PREFIX + "configuration=#ownConfiguration", PREFIX + "clean-session=true")
                .run(context -> {
                    assertThat(option(context, "configuration")).isSameAs(context.getBean("ownConfiguration"));
                    assertThat(option(context, "keepAlive")).isEqualTo(Duration.ofSeconds(33));
                    assertThat(option(context, "cleanSession")).isEqualTo(true);
                });
    }

    @Test
    void environmentVariablesAreRead() {
        application
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "systemEnvironment",
                                Map.of(
                                        "CAMEL_COMPONENT_IOTHUBMQTT_SHAREDACCESSKEY",
                                        "c2Vj+/A=",
                                        "CAMEL_COMPONENT_IOTHUB_MQTT_KEEP_ALIVE",
                                        "44s"))))
                .run(context -> {
                    assertThat(option(context, "sharedAccessKey")).isEqualTo("c2Vj+/A=");
                    assertThat(option(context, "keepAlive")).isEqualTo(Duration.ofSeconds(44));
                });
    }

    @Test
    void theComponentCanBeLeftAlone() {
        for (String off : new String[] {PREFIX + "enabled=false", PREFIX + "customizer.enabled=false"}) {
            application
                    .withPropertyValues(PREFIX + "hub=example.org", off)
                    .run(context -> assertThat(option(context, "hub")).as(off).isNull());
        }
    }

    @Test
    void aValueThatDoesNotFitIsNamedWithItsProperty() {
        application.withPropertyValues(PREFIX + "keep-alive=soon").run(context -> assertThat(
                        context.getStartupFailure())
                .hasStackTraceContaining(PREFIX + "keep-alive")
                .hasStackTraceContaining("'soon' is not a valid"));
    }

    @Test
    void aValueThatTheComponentRefusesIsRefusedInItsWords() {
        application.withPropertyValues(PREFIX + "max-connects-per-second=0").run(context -> assertThat(
                        catchComponent(context))
                .hasStackTraceContaining("maxConnectsPerSecond must be 1 or more"));
    }

    @Test
    void aMisspeltPropertyIsNamedWithoutItsValue() {
        application
                .withPropertyValues(PREFIX + "shared-acess-key=c2Vj+/A=", PREFIX + "sharedAccessKey=c2Vj+/A=")
                .run(context -> assertThat(catchComponent(context))
                        .hasStackTraceContaining(
                                "There is no option for the property camel.component.iothub-mqtt.shared-acess-key:")
                        .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("c2Vj+/A=")));
    }

    private static Throwable catchComponent(ApplicationContext context) {
        return catchThrowable(() -> component(context));
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** A value for each option that is not its default, unless there is no other. */
    private static Map<String, String> samples() throws IOException {
        Map<String, String> samples = new TreeMap<>();
        try (InputStream json =
                BindingTest.class.getResourceAsStream("/META-INF/io/github/iothubmqtt/camel/iothub-mqtt.json")) {
            JsonMapper.generateComponentModel(new String(json.readAllBytes(), StandardCharsets.UTF_8))
                    .getComponentOptions()
                    .forEach(option -> samples.put(option.getName(), sample(option)));
        }
        // The first replaces all others, the second is no single value; both have a place of their own above.
        samples.remove("configuration");
        samples.remove("willProperties");
        return samples;
    }

    private static String sample(ComponentOptionModel option) {
        String byDefault = String.valueOf(option.getDefaultValue());
        if (option.getEnums() != null && !option.getEnums().isEmpty()) {
            return option.getEnums().stream()
                    .filter(value -> !value.equals(byDefault))
                    .findFirst()
                    .orElse(byDefault);
        }
        return switch (option.getType()) {
            case "boolean" -> String.valueOf(!byDefault.equals("true"));
            case "integer" -> "17";
            case "duration" -> "17s";
            case "string" -> "a value of " + option.getName();
            default -> "#" + option.getName(); // add a bean below for a new one
        };
    }

    private static Object expected(ApplicationContext context, String name, String value) {
        return value.startsWith("#")
                ? context.getBean(name)
                : context.getBean(CamelContext.class)
                        .getTypeConverter()
                        .convertTo(options(component(context)).getOptionType(name, true), value);
    }

    private static Object option(ApplicationContext context, String name) {
        return options(component(context)).getOptionValue(component(context), name, true);
    }

    private static PropertyConfigurerGetter options(IotHubMqttComponent component) {
        return (PropertyConfigurerGetter) component.getComponentPropertyConfigurer();
    }

    private static IotHubMqttComponent component(ApplicationContext context) {
        return context.getBean(CamelContext.class).getComponent("iothub-mqtt", IotHubMqttComponent.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        TokenProvider tokenProvider() {
            return request -> "a token";
        }

        @Bean
        HeaderFilterStrategy headerFilterStrategy() {
            return new DefaultHeaderFilterStrategy();
        }

        @Bean
        SSLContextParameters sslContextParameters() {
            return new SSLContextParameters();
        }

        @Bean
        IotHubMqttConfiguration ownConfiguration() {
            IotHubMqttConfiguration configuration = new IotHubMqttConfiguration();
            configuration.setKeepAlive(Duration.ofSeconds(33));
            return configuration;
        }
    }
}
