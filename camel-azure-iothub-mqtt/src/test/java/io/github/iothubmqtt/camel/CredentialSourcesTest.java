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
import java.util.ArrayList;
import java.util.List;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Each option that says who somebody is may come from wherever Camel takes values from, and arrives as it was. */
class CredentialSourcesTest {

    /** With characters that a URI would change. */
    private static final String VALUE = "a+b/c=%2B&d;e=";

    private static final List<String> OPTIONS = List.of(
            "sharedAccessKey",
            "sharedAccessKeyName",
            "connectionString",
            "sasSignature",
            "certificateFile",
            "privateKeyFile",
            "privateKeyPassword",
            "proxyUser",
            "proxyPassword",
            "idScope",
            "registrationId",
            "provisioningPayload");

    /** What a vault of Camel's is to it: a function in the place of a property. */
    private static final class Vault extends ServiceSupport implements PropertiesFunction {

        @Override
        public String getName() {
            return "vault";
        }

        @Override
        public String apply(String secret) {
            return secret.equals("plant/thermostat7#key") ? VALUE : null;
        }
    }

    private final Main main = new Main();

    CredentialSourcesTest() {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport starting) {
                starting.getCamelContext().getPropertiesComponent().addPropertiesFunction(new Vault());
            }
        });
    }

    @AfterEach
    void stop() {
        main.stop();
    }

    @Test
    void thePropertiesFileOfAnApplicationHasIt(@TempDir Path directory) throws Exception {
        List<String> lines =
                OPTIONS.stream().map(option -> property(option) + "=" + VALUE).toList();
        Path file = Files.write(directory.resolve("application.properties"), lines);
        main.setPropertyPlaceholderLocations("file:" + file);
        main.start();

        theComponentHas(VALUE);
    }

    @Test
    void aPropertyIsAPlaceholder() throws Exception {
        main.addInitialProperty("the.secret", VALUE);
        startWith("{{the.secret}}");

        theComponentHas(VALUE);
    }

    @Test
    void aPropertyIsAVariableOfTheEnvironment() throws Exception {
        startWith("{{env:PATH}}");

        theComponentHas(System.getenv("PATH"));
    }

    @Test
    void aPropertyIsAFunctionOfAVault() throws Exception {
        startWith("{{vault:plant/thermostat7#key}}");

        theComponentHas(VALUE);
    }

    @Test
    void theUriHasItRaw() throws Exception {
        main.start();

        theEndpointHas(VALUE, "RAW(" + VALUE + ")");
    }

    @Test
    void theUriHasAPlaceholder() throws Exception {
        main.addInitialProperty("the.secret", VALUE);
        main.start();

        theEndpointHas(VALUE, "RAW({{the.secret}})");
    }

    @Test
    void theUriHasAVariableOfTheEnvironment() throws Exception {
        main.start();

        theEndpointHas(System.getenv("PATH"), "RAW({{env:PATH}})");
    }

    @Test
    void theUriHasAFunctionOfAVault() throws Exception {
        main.start();

        theEndpointHas(VALUE, "RAW({{vault:plant/thermostat7#key}})");
    }

    @Test
    void theListHasAllSecrets() throws Exception {
        List<String> secrets = new ArrayList<>();
        OptionsCoveredTest.json("properties").forEach((name, option) -> {
            if ((boolean) ((JsonObject) option).get("secret")) {
                secrets.add(name);
            }
        });

        assertThat(secrets).isNotEmpty();
        assertThat(OPTIONS).containsAll(secrets);
    }

    private void startWith(String value) throws Exception {
        OPTIONS.forEach(option -> main.addInitialProperty(property(option), value));
        main.start();
    }

    private static String property(String option) {
        return "camel.component.iothub-mqtt." + StringHelper.camelCaseToDash(option);
    }

    private void theComponentHas(String value) {
        IotHubMqttComponent component = main.getCamelContext().getComponent("iothub-mqtt", IotHubMqttComponent.class);
        PropertyConfigurerGetter options = new IotHubMqttComponentConfigurer();
        OPTIONS.forEach(option -> assertThat(options.getOptionValue(component, option, true))
                .as(option)
                .isEqualTo(value));
    }

    /** The endpoints are made as Camel makes them, but not started, because no value here is a good one. */
    private void theEndpointHas(String value, String written) throws Exception {
        CamelContext context = main.getCamelContext();
        IotHubMqttComponent component = context.getComponent("iothub-mqtt", IotHubMqttComponent.class);
        PropertyConfigurerGetter options = new IotHubMqttEndpointConfigurer();
        for (String option : OPTIONS) {
            String uri = context.resolvePropertyPlaceholders("iothub-mqtt:dev1?" + option + "=" + written);
            Endpoint endpoint = component.createEndpoint(URISupport.normalizeUri(uri));
            assertThat(options.getOptionValue(endpoint, option, true))
                    .as(option)
                    .isEqualTo(value);
        }
    }
}
