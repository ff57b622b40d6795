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

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the tables of docs/emulator.md, which say how the hub behaves and what proves it, to the code. */
class ConformanceTableTest {

    private static final Path HERE = Path.of(System.getProperty("basedir", "."));
    private static final String CHAPTER = "## How faithful it is";
    private static final Pattern EVIDENCE = Pattern.compile("[DSGOI](, [DSGOI])*");
    private static final Pattern PROOF = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** A line of a table: its cells. */
    private record Row(List<String> cells) {

        String proof() {
            return cells.get(cells.size() - 1);
        }

        String evidence() {
            return cells.get(cells.size() - 2);
        }

        boolean isOfASetting() {
            return cells.size() == 5;
        }

        @Override
        public String toString() {
            return cells.get(0);
        }
    }

    @Test
    void eachRowNamesItsEvidence() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(50).allSatisfy(row -> assertThat(row.evidence())
                .matches(EVIDENCE));
    }

    @Test
    void eachRowIsProvedByTestsThatExist() throws IOException {
        assertThat(rows())
                .filteredOn(row -> matches(PROOF, row.proof()).isEmpty())
                .isEmpty();

        assertThat(rows().stream().flatMap(row -> matches(PROOF, row.proof()).stream()))
                .filteredOn(proof -> !hasTest(proof.group(1), proof.group(2)))
                .extracting(Matcher::group)
                .as("named in docs/emulator.md, and there is no such test")
                .isEmpty();
    }

    @Test
    void eachSettingHasARowWithItsDefault() throws IOException {
        List<Row> rows = rows().stream().filter(Row::isOfASetting).toList();

        for (Method setting : settings()) {
            assertThat(rows)
                    .as("docs/emulator.md: give the setting `%s` a row with its default", setting.getName())
                    .anySatisfy(row -> assertThat(row.cells().get(0)).isEqualTo("`" + setting.getName() + "`"));
        }
        assertThat(rows).extracting(ConformanceTableTest::settingOf).doesNotHaveDuplicates();
        assertThat(rows).allSatisfy(row -> assertThat(row.cells().get(1)).isEqualTo(defaultOf(settingOf(row))));
    }

    @Test
    void theOtherValuesOfASettingAreThoseThatItHas() throws IOException {
        List<Row> rows = rows().stream()
                .filter(Row::isOfASetting)
                .filter(row -> settingOf(row).getReturnType().isEnum())
                .toList();

        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            Class<?> type = settingOf(row).getReturnType();
            List<String> others = Arrays.stream(type.getEnumConstants())
                    .map(ConformanceTableTest::shown)
                    .filter(value -> !value.equals(defaultOf(settingOf(row))))
                    .toList();
            assertThat(matches(NAME, row.cells().get(2)))
                    .extracting(name -> name.group(1))
                    .containsAll(others);
        });
    }

    private static List<Row> rows() throws IOException {
        String document = Files.readString(HERE.resolve("../docs/emulator.md"));
        String chapter = document.substring(document.indexOf("\n" + CHAPTER + "\n") + 1);
        int end = chapter.indexOf("\n## ", 1);
        List<Row> rows = chapter.substring(0, end)
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Setting ") && !line.startsWith("| Rule "))
                .map(line -> Arrays.stream(
                                line.substring(1, line.lastIndexOf('|')).split("\\|"))
                        .map(String::strip)
                        .toList())
                .map(Row::new)
                .toList();
        assertThat(rows).hasSizeGreaterThan(50);
        return rows;
    }

    private static List<Matcher> matches(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return Stream.generate(() -> matcher)
                .takeWhile(Matcher::find)
                .map(found -> {
                    Matcher one = pattern.matcher(found.group());
                    one.matches();
                    return one;
                })
                .toList();
    }

    private static boolean hasTest(String className, String method) {
        try {
            Class<?> type = Class.forName(ConformanceTableTest.class.getPackageName() + "." + className);
            return Arrays.stream(type.getDeclaredMethods())
                    .filter(declared -> declared.getName().equals(method))
                    .anyMatch(declared -> declared.getAnnotations().length > 0);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static List<Method> settings() {
        return Arrays.stream(HubSettings.class.getMethods())
                .filter(method -> method.getReturnType() == HubSettings.class && method.getParameterCount() == 1)
                .toList();
    }

    /** Reads the setting that the row names. */
    private static Method settingOf(Row row) {
        String name = row.cells().get(0).replace("`", "");
        try {
            return HubSettings.class.getMethod(name);
        } catch (NoSuchMethodException e) {
            throw new AssertionError("docs/emulator.md has a row for '" + name + "', which is no setting", e);
        }
    }

    private static String defaultOf(Method setting) {
        try {
            return shown(setting.invoke(HubSettings.defaults()));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(e);
        }
    }

    private static String shown(Object value) {
        if (value instanceof Duration duration) {
            return duration.toSeconds() + " s";
        }
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
    }
}
