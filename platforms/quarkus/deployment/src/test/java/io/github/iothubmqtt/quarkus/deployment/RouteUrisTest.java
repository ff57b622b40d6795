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
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RouteUrisTest {

    private static final Map<String, String> PROPERTIES = Map.of("device", "pump", "site", "oslo");

    private final RouteUris uris = new RouteUris(name -> Optional.ofNullable(PROPERTIES.get(name)));

    @TempDir
    Path folder;

    /** Its constants are read from its class file. */
    static final class Routes {

        static final long TAKES_TWO_PLACES = 4711L;

        static String uris(String id) {
            return "iothub-mqtt:dev1" + TAKES_TWO_PLACES + "iothub-mqtt://gateway/filter?qos=0" + id + "iothub-mqtt:"
                    + id + "iothub-mqtt:dev-" + id;
        }

        static String[] constants() {
            return new String[] {"iothub-mqtt:dev1", "iothub-mqtt://gateway/filter?qos=0"};
        }
    }

    @Test
    void constantsOfClassesAreReadAndPiecesAreNot() throws Exception {
        uris.readFile(classFile(Routes.class));

        assertThat(uris.identities()).containsExactly("dev1", "gateway/filter");
        assertThat(uris.nameHub()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    routes.yaml            | uri: iothub-mqtt:dev1                               | dev1
                    routes.yml             | uri: "iothub-mqtt:dev1?contentType=text/plain"      | dev1
                    routes.yaml            | uri: 'iothub-mqtt:dev1'                             | dev1
                    routes.xml             | <to uri="iothub-mqtt:dev1?qos=0&amp;maxPending=5"/> | dev1
                    application.properties | sink = iothub-mqtt:gateway/filter                   | gateway/filter
                    routes.yaml            | uri: iothub-mqtt:{{device}}                         | pump
                    routes.yaml            | uri: iothub-mqtt:{{site}}-{{device}}?qos=0          | oslo-pump
                    routes.yaml            | uri: iothub-mqtt:{{absent:valve}}                   | valve
                    """)
    void filesAreRead(String file, String line, String identity) throws IOException {
        uris.readFile(Files.writeString(folder.resolve(file), line + "\n"));

        assertThat(uris.identities()).containsExactly(identity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uri: iothub-mqtt:{{absent}}",
                "uri: iothub-mqtt:${header.device}",
                "uri: iothub-mqtt:a/b/c",
                "uri: iothub-mqtt",
                "camel.component.iothub-mqtt.qos = 1"
            })
    void whatNamesNoDeviceIsLeftOut(String line) throws IOException {
        uris.readFile(Files.writeString(folder.resolve("routes.yaml"), line));

        assertThat(uris.identities()).isEmpty();
    }

    @Test
    void otherFilesAreNotRead() throws IOException {
        uris.readFile(Files.writeString(folder.resolve("notes.txt"), "iothub-mqtt:dev1"));

        assertThat(uris.identities()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uri: iothub-mqtt:dev1?hub=contoso.azure-devices.net",
                "uri: iothub-mqtt:dev1?qos=0&connectionString=RAW({{env:DEVICE}})",
                "uri: iothub-mqtt:{{device}}?sasSignature=RAW(SharedAccessSignature sr=x)",
                "<to uri=\"iothub-mqtt:dev1?qos=0&amp;hub=contoso.azure-devices.net\"/>"
            })
    void aUriThatSaysWhichHubIsSeen(String line) throws IOException {
        uris.readFile(Files.writeString(folder.resolve("routes.yaml"), line));

        assertThat(uris.nameHub()).isTrue();
    }

    private static Path classFile(Class<?> type) throws URISyntaxException {
        String name = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        return Path.of(type.getResource(name).toURI());
    }
}
