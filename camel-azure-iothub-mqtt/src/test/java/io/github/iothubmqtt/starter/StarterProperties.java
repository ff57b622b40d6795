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
package io.github.iothubmqtt.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.ComponentOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/**
 * Writes the properties class of the Spring Boot starter, and what tools cannot read from it (defaults, values, deprecation), from the
 * component's generated JSON, so that the starter has each option as soon as the component has it. The build runs it, and CI fails
 * when what it writes then differs from what is committed.
 */
public final class StarterProperties {

    private static final String CLASS = "java/io/github/iothubmqtt/springboot/IotHubMqttProperties.java";
    private static final String METADATA = "resources/META-INF/additional-spring-configuration-metadata.json";
    private static final int WIDTH = 130;

    private StarterProperties() {}

    /** @param arguments the JSON file, and the folder of the starter's generated sources */
    public static void main(String[] arguments) throws IOException {
        ComponentModel component = JsonMapper.generateComponentModel(Files.readString(Path.of(arguments[0])));
        Path folder = Path.of(arguments[1]);
        write(folder.resolve(CLASS), javaClass(component));
        write(folder.resolve(METADATA), metadata(component));
    }

    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }

    static String javaClass(ComponentModel component) {
        List<ComponentOptionModel> options = component.getComponentOptions();
        return """
                /* Generated from the component's options by %s: change those, and build. */
                package io.github.iothubmqtt.springboot;

                import java.util.LinkedHashMap;
                import java.util.Map;
                import java.util.Set;

                import org.apache.camel.spring.boot.ComponentConfigurationPropertiesCommon;
                import org.springframework.boot.context.properties.ConfigurationProperties;

                /** The options of the component {@code %2$s}, each null unless the application sets it. */
                @ConfigurationProperties(prefix = "camel.component.%2$s")
                public class IotHubMqttProperties extends ComponentConfigurationPropertiesCommon {

                    static final Set<String> SECRETS = Set.of(%3$s);

                %4$s
                    /** By the names that the component gives its options; null what the application has not set. */
                    Map<String, Object> all() {
                        Map<String, Object> all = new LinkedHashMap<>();
                %5$s                        return all;
                    }

                %6$s}
                """
                .formatted(
                        StarterProperties.class.getSimpleName(),
                        component.getScheme(),
                        options.stream()
                                .filter(ComponentOptionModel::isSecret)
                                .map(option -> '"' + option.getName() + '"')
                                .collect(Collectors.joining(", ")),
                        each(options, StarterProperties::field),
                        each(options, option -> "        all.put(\"%1$s\", %1$s);%n".formatted(option.getName())),
                        options.stream().map(StarterProperties::accessors).collect(Collectors.joining("\n")));
    }

    private static String each(List<ComponentOptionModel> options, Function<ComponentOptionModel, String> text) {
        return options.stream().map(text).collect(Collectors.joining());
    }

    private static String field(ComponentOptionModel option) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : description(option).split(" ")) {
            if (line.length() + word.length() > WIDTH - "     * ".length()) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return "    /**\n     * %s\n     */\n    private %s %s;\n\n"
                .formatted(String.join("\n     * ", lines), type(option), option.getName());
    }

    private static String accessors(ComponentOptionModel option) {
        return """
                    public %1$s get%3$s() {
                        return %2$s;
                    }

                    public void set%3$s(%1$s %2$s) {
                        this.%2$s = %2$s;
                    }
                """
                .formatted(type(option), option.getName(), StringHelper.capitalize(option.getName()));
    }

    /** Spring has no way to name a bean but Camel's: by text. */
    private static String description(ComponentOptionModel option) {
        return isBean(option)
                ? option.getDescription() + " The name of a bean of the type " + option.getJavaType()
                        + ", such as #myBean."
                : option.getDescription();
    }

    private static String type(ComponentOptionModel option) {
        return switch (option.getJavaType()) {
            case "boolean" -> "Boolean";
            case "int" -> "Integer";
            case "java.lang.String" -> "String";
            case "java.util.Map<java.lang.String, java.lang.Object>" -> "Map<String, Object>";
            default -> isBean(option) ? "String" : option.getJavaType();
        };
    }

    private static boolean isBean(ComponentOptionModel option) {
        return option.getType().equals("object") && !option.isMultiValue();
    }

    static String metadata(ComponentModel component) {
        JsonArray properties = new JsonArray();
        JsonArray hints = new JsonArray();
        for (ComponentOptionModel option : component.getComponentOptions()) {
            String name =
                    "camel.component." + component.getScheme() + "." + StringHelper.camelCaseToDash(option.getName());
            JsonObject property = new JsonObject();
            property.put("name", name);
            if (option.getDefaultValue() != null) {
                property.put("defaultValue", option.getDefaultValue());
            }
            if (option.isDeprecated()) {
                JsonObject deprecation = new JsonObject();
                deprecation.put("reason", option.getDeprecationNote());
                property.put("deprecation", deprecation);
            }
            if (property.size() > 1) {
                properties.add(property);
            }
            if (option.getEnums() != null && option.getJavaType().equals("int")) {
                hints.add(hint(name, option.getEnums()));
            }
        }
        JsonObject metadata = new JsonObject();
        metadata.put("properties", properties);
        metadata.put("hints", hints);
        return Jsoner.prettyPrint(metadata.toJson(), 2) + "\n";
    }

    private static JsonObject hint(String name, List<String> values) {
        JsonArray known = new JsonArray();
        for (String value : values) {
            JsonObject entry = new JsonObject();
            entry.put("value", Integer.valueOf(value));
            known.add(entry);
        }
        JsonObject hint = new JsonObject();
        hint.put("name", name);
        hint.put("values", known);
        return hint;
    }
}
