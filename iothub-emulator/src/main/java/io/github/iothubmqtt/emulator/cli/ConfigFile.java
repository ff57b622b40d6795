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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file of options: one a line, as on the command line but without the dashes, {@code mqtt-port=8883}. Empty lines and lines that start
 * with {@code #} are nothing.
 */
final class ConfigFile {

    private static final String OPTION = "--config";

    private ConfigFile() {}

    /** The command line with what {@code --config} names put before everything else, so that the command line has the last word. */
    static String[] expand(String[] args) {
        List<String> expanded = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals(OPTION) && i + 1 < args.length) {
                expanded.addAll(read(Path.of(args[i + 1])));
            } else if (args[i].startsWith(OPTION + "=")) {
                expanded.addAll(read(Path.of(args[i].substring(OPTION.length() + 1))));
            }
        }
        expanded.addAll(Arrays.asList(args));
        return expanded.toArray(String[]::new);
    }

    private static List<String> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException("The file of --config cannot be read: " + UsageException.reason(e), e);
        }
        List<String> options = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("-") || line.indexOf('=') < 1) {
                throw new UsageException("Line " + (i + 1) + " of " + file
                        + " is not NAME=VALUE, where NAME is an option without its dashes");
            }
            options.add("--" + line.replaceFirst("\\s*=\\s*", "="));
        }
        return options;
    }
}
