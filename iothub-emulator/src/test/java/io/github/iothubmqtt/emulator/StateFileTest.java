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
package io.github.iothubmqtt.emulator;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StateFileTest {

    @TempDir
    Path directory;

    @Test
    void whatWasPutIsThereAgainAndWhatWasRemovedIsNot() {
        try (StateFile file = StateFile.open(directory, new LinkedHashMap<>())) {
            file.put("a", Map.of("n", 1));
            file.put("b", Map.of("n", 2));
            file.put("a", Map.of("text", "K\u00fcche\n"));
            file.remove("b");
            file.remove("never there");
        }

        assertThat(contents()).isEqualTo(Map.of("a", Map.of("text", "K\u00fcche\n")));
    }

    @Test
    void whatWasPutIsInTheFileAtOnce() throws Exception {
        try (StateFile file = StateFile.open(directory, new LinkedHashMap<>())) {
            file.put("a", Map.of("n", 1));

            assertThat(Files.readString(file())).isEqualTo("[\"a\",{\"n\":1}]\n");
        }
    }

    @Test
    void aLineThatWasCutOffIsAsIfItWasNeverBegun() throws Exception {
        try (StateFile file = StateFile.open(directory, new LinkedHashMap<>())) {
            file.put("a", Map.of("n", 1));
        }
        Files.writeString(file(), "[\"a\",{\"n\":2", StandardOpenOption.APPEND);

        try (StateFile file = StateFile.open(directory, new LinkedHashMap<>())) {
            file.put("b", Map.of("n", 3));
        }
        assertThat(contents()).isEqualTo(Map.of("a", Map.of("n", 1), "b", Map.of("n", 3)));
    }

    @Test
    void aDamagedLineIsNamedAndNothingIsLostSilently() throws Exception {
        Files.writeString(file(), "[\"a\",{\"n\":1}]\nnonsense\n[\"b\",{\"n\":1}]\n");

        assertThatThrownBy(this::contents)
                .isInstanceOf(HubStartException.class)
                .hasMessageContaining("damaged at byte 14")
                .hasMessageContaining("move the file away");
    }

    @Test
    void theFileIsWrittenAnewWhenMostOfItIsOutdated() throws Exception {
        String large = "x".repeat(10_000);
        try (StateFile file = StateFile.open(directory, new LinkedHashMap<>())) {
            file.put("stays", Map.of("n", 1));
            for (int i = 0; i < 500; i++) {
                file.put("changes", Map.of("n", i, "large", large));
                file.put("m" + i, Map.of("large", large));
                file.remove("m" + i);
            }
            assertThat(Files.size(file())).isLessThan(2 * 1024 * 1024);
        }

        assertThat(contents()).isEqualTo(Map.of("stays", Map.of("n", 1), "changes", Map.of("n", 499, "large", large)));
    }

    @Test
    void twoEmulatorsDoNotShareADirectory() {
        try (StateFile first = StateFile.open(directory, new LinkedHashMap<>())) {
            assertThatThrownBy(this::contents).hasMessageContaining("in use by another emulator");
            first.put("a", Map.of());
        }
        assertThat(contents()).containsOnlyKeys("a");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsNamed() throws Exception {
        Path inTheWay = Files.writeString(directory.resolve("file"), "", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> StateFile.open(inTheWay, new LinkedHashMap<>()))
                .isInstanceOf(HubStartException.class)
                .hasMessageContaining("it is a file");
    }

    private Path file() {
        return directory.resolve("hub-state.jsonl");
    }

    private Map<String, Map<String, Object>> contents() {
        Map<String, Map<String, Object>> contents = new LinkedHashMap<>();
        StateFile.open(directory, contents).close();
        return contents;
    }
}
