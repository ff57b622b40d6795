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
package io.github.iothubmqtt.quarkus.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The table of options is typed by hand; the descriptions are those of the options' javadoc, as Quarkus extracts it. */
class DocumentedOptionsTest {

    private static final String GROUP =
            IotHubMqttBuildConfig.DevServices.class.getName().replace('$', '.') + ".";
    private static final String JAVADOC = "/META-INF/quarkus-config-doc/quarkus-config-javadoc.json";

    @Test
    void everyOptionHasItsRow() throws IOException {
        List<String> rows = javadoc().stream()
                .filter(element -> element.getKey().startsWith(GROUP))
                .map(element -> "| `quarkus.camel.iothub-mqtt.devservices."
                        + element.getKey().substring(GROUP.length()) + "` | "
                        + markdown((JsonObject) element.getValue()) + " |")
                .toList();

        assertThat(rows).hasSameSizeAs(IotHubMqttBuildConfig.DevServices.class.getMethods());
        assertThat(Files.readString(Path.of("..", "..", "..", "docs", "platforms", "quarkus.md"), UTF_8))
                .contains(rows);
    }

    private static JsonObject javadoc() throws IOException {
        try (InputStream in = DocumentedOptionsTest.class.getResourceAsStream(JAVADOC)) {
            return new JsonObject(new String(in.readAllBytes(), UTF_8)).getJsonObject("elements");
        }
    }

    private static String markdown(JsonObject element) {
        return element.getString("description").replaceAll("\\s+", " ").replaceAll("\\{@code ([^}]*)}", "`$1`");
    }
}
