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
package io.github.iothubmqtt.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.JsonMapper;

/**
 * Writes the tables of options and headers from the component's generated JSON into a page of the user guide, between marker comments.
 * The build runs it, and CI fails when the page then differs from what is committed.
 */
public final class OptionTables {

    private OptionTables() {}

    /** @param arguments the JSON file and the page */
    public static void main(String[] arguments) throws IOException {
        ComponentModel component = JsonMapper.generateComponentModel(Files.readString(Path.of(arguments[0])));
        Path page = Path.of(arguments[1]);
        String before = Files.readString(page);
        String after = before;
        after = replace(after, "path parameters", options(component.getEndpointPathOptions()));
        after = replace(after, "endpoint options", options(component.getEndpointParameterOptions()));
        after = replace(after, "component options", options(component.getComponentOptions()));
        after = replace(after, "headers", headers(component.getEndpointHeaders()));
        if (!after.equals(before)) {
            Files.writeString(page, after);
        }
    }

    private static String options(List<? extends BaseOptionModel> options) {
        return table(
                "| Name | Description | Default | Type | Group |\n|---|---|---|---|---|\n",
                options,
                option -> "| `%s` | %s | %s | %s | %s |\n"
                        .formatted(
                                name(option),
                                description(option),
                                option.getDefaultValue() == null ? "" : "`" + option.getDefaultValue() + "`",
                                type(option),
                                option.getGroup()));
    }

    private static String headers(List<? extends BaseOptionModel> headers) {
        return table(
                "| Header | Description | Type | Side |\n|---|---|---|---|\n",
                headers,
                header -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                header.getName(),
                                description(header),
                                type(header),
                                header.getLabel().equals("common") ? "producer, consumer" : header.getLabel()));
    }

    private static String table(
            String head, List<? extends BaseOptionModel> rows, Function<BaseOptionModel, String> row) {
        return head + rows.stream().map(row).collect(Collectors.joining());
    }

    private static String name(BaseOptionModel option) {
        return option.isMultiValue() ? option.getPrefix() + "*" : option.getName();
    }

    private static String description(BaseOptionModel option) {
        String text = option.getDescription().replace("|", "\\|");
        text = option.isRequired() ? "**Required.** " + text : text;
        return option.isSecret() ? text + " *Secret.*" : text;
    }

    private static String type(BaseOptionModel option) {
        return option.getEnums() == null || option.getEnums().isEmpty()
                ? option.getShortJavaType().replace("<", "&lt;")
                : String.join(", ", option.getEnums());
    }

    private static String replace(String page, String what, String table) {
        String start = "<!-- " + what + ": START -->\n";
        String end = "<!-- " + what + ": END -->";
        int from = page.indexOf(start);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException("The page has no markers for the table of " + what);
        }
        return page.substring(0, from + start.length()) + table + page.substring(to);
    }
}
