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
package io.github.iothubmqtt.kamelets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the Kamelets to the form of Camel's catalog of Kamelets, and to the options that the component has. */
class KameletFormTest {

    @ParameterizedTest
    @ValueSource(strings = {"iothub-mqtt-telemetry-sink", "iothub-mqtt-devicebound-source"})
    void theMetadataIsComplete(String name) throws IOException {
        Map<String, Object> metadata = map(kamelet(name), "metadata");

        assertThat(kamelet(name)).containsEntry("kind", "Kamelet").containsEntry("apiVersion", "camel.apache.org/v1");
        assertThat(metadata).containsEntry("name", name);
        assertThat(map(metadata, "labels"))
                .containsEntry("camel.apache.org/kamelet.type", name.substring(name.lastIndexOf('-') + 1));
        assertThat(map(metadata, "annotations"))
                .containsKeys(
                        "camel.apache.org/provider",
                        "camel.apache.org/kamelet.group",
                        "camel.apache.org/kamelet.namespace",
                        "camel.apache.org/kamelet.support.level")
                .containsEntry("camel.apache.org/catalog.version", component().getVersion());
        assertThat((String) map(metadata, "annotations").get("camel.apache.org/kamelet.icon"))
                .startsWith("data:image/svg+xml;base64,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iothub-mqtt-telemetry-sink", "iothub-mqtt-devicebound-source"})
    void eachPropertyIsDescribedAndIsAnOptionOfTheComponent(String name) throws IOException {
        Map<String, Object> definition = map(map(kamelet(name), "spec"), "definition");
        Map<String, Object> properties = map(definition, "properties");

        assertThat(definition).containsKeys("title", "description").containsEntry("type", "object");
        assertThat(properties.keySet()).containsAll(strings(definition.get("required")));
        for (String property : properties.keySet()) {
            Map<String, Object> described = map(properties, property);
            EndpointOptionModel option = options().get(property);
            assertThat(described).as(property).containsKeys("title", "description", "type");
            assertThat(option).as(property + " of the component").isNotNull();
            assertThat("password".equals(described.get("format")))
                    .as(property + " is a password")
                    .isEqualTo(option.isSecret());
            assertThat(described.containsKey("x-descriptors"))
                    .as(property + " is among the credentials")
                    .isEqualTo(option.isSecret());
            if (described.containsKey("default")) {
                assertThat(described.get("default").toString())
                        .as("default of " + property)
                        .isEqualTo(option.getDefaultValue().toString());
            }
            if (described.containsKey("enum")) {
                assertThat(strings(described.get("enum"))).as(property).isEqualTo(option.getEnums());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"iothub-mqtt-telemetry-sink", "iothub-mqtt-devicebound-source"})
    void theTemplateUsesEachPropertyAndNothingElse(String name) throws IOException {
        Map<String, Object> spec = map(kamelet(name), "spec");
        Set<String> used = new HashSet<>();
        collectPlaceholders(spec.get("template"), used);

        assertThat(used).isEqualTo(map(map(spec, "definition"), "properties").keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"iothub-mqtt-telemetry-sink", "iothub-mqtt-devicebound-source"})
    void itDependsOnTheComponentOfItsOwnVersion(String name) throws IOException {
        assertThat(strings(map(kamelet(name), "spec").get("dependencies")))
                .as("after a change of the version, change it in kamelets/" + name + ".kamelet.yaml, too")
                .contains(
                        "camel:kamelet",
                        "mvn:io.github.iothubmqtt:camel-azure-iothub-mqtt:"
                                + component().getVersion());
    }

    private static void collectPlaceholders(Object node, Set<String> placeholders) {
        if (node instanceof Map<?, ?> map) {
            map.values().forEach(value -> collectPlaceholders(value, placeholders));
        } else if (node instanceof Collection<?> list) {
            list.forEach(value -> collectPlaceholders(value, placeholders));
        } else if (node instanceof String text && text.contains("{{")) {
            placeholders.add(text.replaceAll(".*\\{\\{\\??", "").replace("}}", ""));
        }
    }

    private static Map<String, EndpointOptionModel> options() throws IOException {
        return component().getEndpointOptions().stream()
                .collect(Collectors.toMap(EndpointOptionModel::getName, option -> option));
    }

    private static ComponentModel component() throws IOException {
        return JsonMapper.generateComponentModel(resource("META-INF/io/github/iothubmqtt/camel/iothub-mqtt.json"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> kamelet(String name) throws IOException {
        return (Map<String, Object>)
                new Load(LoadSettings.builder().build()).loadFromString(resource("kamelets/" + name + ".kamelet.yaml"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream resource = KameletFormTest.class.getClassLoader().getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> parent, String key) {
        return (Map<String, Object>) parent.get(key);
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String::valueOf).toList();
    }
}
