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
package io.github.iothubmqtt.emulator.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;

import io.github.iothubmqtt.emulator.HubSettings;
import picocli.CommandLine;

/**
 * Every setter of {@link HubSettings} as an option: {@code maxQueueDepth} is {@code --max-queue-depth}. The descriptions are in
 * {@code settings.properties} beside this class.
 */
final class SettingOptions {

    private static final ResourceBundle DESCRIPTIONS =
            ResourceBundle.getBundle(SettingOptions.class.getPackageName() + ".settings", Locale.ROOT);

    private SettingOptions() {}

    static void addTo(CommandLine.Model.CommandSpec spec) {
        CommandLine.Model.ArgGroupSpec.Builder group = CommandLine.Model.ArgGroupSpec.builder()
                .heading("%nWhat the hub does:%n")
                .order(10)
                .validate(false);
        setters().forEach(setter -> group.addArg(option(setter)));
        spec.addArgGroup(group.build());
    }

    static List<Method> setters() {
        return Arrays.stream(HubSettings.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && method.getParameterCount() == 1
                        && method.getReturnType() == HubSettings.class)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    static String optionName(Method setter) {
        return "--" + setter.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static CommandLine.Model.OptionSpec option(Method setter) {
        Class<?> type = setter.getParameterTypes()[0];
        return CommandLine.Model.OptionSpec.builder(optionName(setter))
                .type(type)
                .arity("1")
                .paramLabel(label(type))
                .description(description(setter))
                .build();
    }

    /** A setting that nobody has described is an option all the same. */
    private static String description(Method setter) {
        String text = isDescribed(setter) ? DESCRIPTIONS.getString(setter.getName()) + " " : "";
        return text + "Default: " + shown(defaultOf(setter)) + ".";
    }

    static boolean isDescribed(Method setter) {
        return DESCRIPTIONS.containsKey(setter.getName());
    }

    private static String label(Class<?> type) {
        if (type == Duration.class) {
            return "DURATION";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(SettingOptions::shown)
                    .reduce((all, next) -> all + "|" + next)
                    .orElseThrow();
        }
        return type == boolean.class ? "true|false" : "NUMBER";
    }

    private static String shown(Object value) {
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
    }

    private static Object defaultOf(Method setter) {
        try {
            return HubSettings.class.getMethod(setter.getName()).invoke(HubSettings.defaults());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The setting " + setter.getName() + " cannot be read", e);
        }
    }

    /** The settings that the command line asks for. */
    static HubSettings read(CommandLine.ParseResult parsed) {
        HubSettings settings = HubSettings.defaults();
        for (Method setter : setters()) {
            if (parsed.hasMatchedOption(optionName(setter))) {
                settings = set(settings, setter, parsed.matchedOptionValue(optionName(setter), null));
            }
        }
        return settings;
    }

    private static HubSettings set(HubSettings settings, Method setter, Object value) {
        try {
            return (HubSettings) setter.invoke(settings, value);
        } catch (InvocationTargetException e) {
            throw new UsageException(optionName(setter) + ": " + e.getCause().getMessage(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("The setting " + setter.getName() + " cannot be set", e);
        }
    }
}
