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
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.ComponentOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What IDEs complete from is what the component has: each option with its type, default and description, and nothing else. */
class MetadataTest {

    private static final String PREFIX = "camel.component.iothub-mqtt.";
    private static final String WHEN_RED =
            "run 'mvn -pl platforms/spring-boot-starter -am process-test-classes' and commit"
                    + " platforms/spring-boot-starter/src/generated";

    @Test
    void eachOptionIsThereByItsName() throws IOException {
        assertThat(metadata("properties").keySet())
                .as(WHEN_RED)
                .isEqualTo(options().keySet().stream()
                        .map(StringHelper::camelCaseToDash)
                        .collect(Collectors.toSet()));
    }

    @Test
    void eachOptionHasTheComponentsTypeDefaultAndDescription() throws IOException {
        Map<String, JsonNode> properties = metadata("properties");
        for (ComponentOptionModel option : options().values()) {
            JsonNode property = properties.get(StringHelper.camelCaseToDash(option.getName()));
            assertThat(property.path("type").asText())
                    .as("type of %s: %s", option.getName(), WHEN_RED)
                    .isEqualTo(springType(option));
            assertThat(property.path("defaultValue").asText(null))
                    .as("default of %s: %s", option.getName(), WHEN_RED)
                    .isEqualTo(option.getDefaultValue() == null ? null : String.valueOf(option.getDefaultValue()));
            assertThat(property.path("description").asText())
                    .as("description of %s: %s", option.getName(), WHEN_RED)
                    .startsWith(option.getDescription());
            assertThat(property.has("deprecated"))
                    .as("deprecation of %s: %s", option.getName(), WHEN_RED)
                    .isEqualTo(option.isDeprecated());
        }
    }

    @Test
    void theNumbersOfAnOptionThatHasOnlyAFewAreOffered() throws IOException {
        assertThat(metadata("hints").get("qos").path("values").findValuesAsText("value"))
                .containsExactly("0", "1");
    }

    @Test
    void theSecretsAreTheComponents() throws IOException {
        assertThat(IotHubMqttProperties.SECRETS)
                .as(WHEN_RED)
                .isEqualTo(options().values().stream()
                        .filter(ComponentOptionModel::isSecret)
                        .map(ComponentOptionModel::getName)
                        .collect(Collectors.toSet()));
    }

    private static String springType(ComponentOptionModel option) {
        return switch (option.getJavaType()) {
            case "boolean" -> "java.lang.Boolean";
            case "int" -> "java.lang.Integer";
            case "java.util.Map<java.lang.String, java.lang.Object>" ->
                "java.util.Map<java.lang.String,java.lang.Object>";
            default ->
                List.of("enum", "duration").contains(option.getType())
                        ? option.getJavaType()
                        : "java.lang.String"; // what is no text is the name of a bean
        };
    }

    private static Map<String, ComponentOptionModel> options() throws IOException {
        try (InputStream json =
                MetadataTest.class.getResourceAsStream("/META-INF/io/github/iothubmqtt/camel/iothub-mqtt.json")) {
            ComponentModel component =
                    JsonMapper.generateComponentModel(new String(json.readAllBytes(), StandardCharsets.UTF_8));
            return component.getComponentOptions().stream()
                    .collect(Collectors.toMap(ComponentOptionModel::getName, option -> option));
        }
    }

    /** The entries of our prefix, by the rest of the name. Each library has a file of this name. */
    private static Map<String, JsonNode> metadata(String section) throws IOException {
        Map<String, JsonNode> found = new TreeMap<>();
        for (URL file : Collections.list(
                MetadataTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode entry : new ObjectMapper().readTree(file).path(section)) {
                String name = entry.path("name").asText();
                if (name.startsWith(PREFIX)) {
                    found.put(name.substring(PREFIX.length()), entry);
                }
            }
        }
        found.keySet().removeAll(List.of("enabled", "customizer.enabled")); // each starter of Camel's has these
        return found;
    }
}
