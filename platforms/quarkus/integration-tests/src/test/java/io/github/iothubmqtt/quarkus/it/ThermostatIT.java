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
package io.github.iothubmqtt.quarkus.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The same application as users run it: packaged, in a JVM of its own. */
@QuarkusIntegrationTest
class ThermostatIT extends ThermostatTest {

    @Test
    void thePackagedApplicationHasTheComponentAndNoEmulator() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("target", "quarkus-app", "lib"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .anyMatch(name -> name.contains("camel-azure-iothub-mqtt"))
                    .noneMatch(name -> name.contains("iothub-emulator"))
                    .noneMatch(name -> name.contains("vertx-mqtt"))
                    .noneMatch(name -> name.contains("bcpkix"));
        }
    }
}
