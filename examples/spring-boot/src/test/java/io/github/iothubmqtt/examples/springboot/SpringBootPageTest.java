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
package io.github.iothubmqtt.examples.springboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/platforms/spring-boot.md shows is taken from this example, which runs. */
class SpringBootPageTest {

    private static final Path PAGE = Path.of("../../docs/platforms/spring-boot.md");
    private static final String PACKAGE = "java/io/github/iothubmqtt/examples/springboot/";

    @Test
    void itsCodeIsThisCode() throws IOException {
        String code = Files.readString(Path.of("src/main", PACKAGE, "ThermostatRoutes.java"))
                + Files.readString(Path.of("src/test", PACKAGE, "ThermostatTest.java"));

        assertThat(blocks("java")).hasSize(3).allSatisfy(block -> assertThat(code)
                .contains(block));
    }

    @Test
    void itsPropertiesAreThese() throws IOException {
        List<String> used = Files.readAllLines(Path.of("src/main/resources/application.properties"));

        assertThat(blocks("properties")).hasSize(2).allSatisfy(block -> assertThat(used)
                .containsAll(block.lines().toList()));
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
                .matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
