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

import java.io.PrintWriter;
import java.time.Duration;

import picocli.CommandLine;

/** Runs the emulator by itself, or makes a token: the main class of the runnable jar. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        int code = run(commandLine(), args);
        // The hub runs on when its command has returned; whatever else ended here.
        if (code != RunCommand.RUNNING) {
            System.exit(code);
        }
    }

    /** The exit code, or {@link RunCommand#RUNNING}. */
    static int run(CommandLine line, String... args) {
        try {
            return line.execute(ConfigFile.expand(args));
        } catch (UsageException e) {
            return complain(line, e.getMessage());
        }
    }

    static CommandLine commandLine() {
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.forAnnotatedObject(new RunCommand());
        SettingOptions.addTo(spec);
        CommandLine line = new CommandLine(spec)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setParameterExceptionHandler((e, args) -> complain(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, failed, parsed) -> complain(failed, e));
        line.registerConverter(Duration.class, Durations::parse);
        line.getSubcommands().values().forEach(each -> each.registerConverter(Duration.class, Durations::parse));
        return line;
    }

    /** One sentence; a stack trace only of what is not the user's fault. */
    private static int complain(CommandLine line, Exception e) throws Exception {
        if (!(e instanceof CommandLine.ParameterException || e instanceof UsageException)) {
            throw e;
        }
        return complain(line, e.getMessage());
    }

    private static int complain(CommandLine line, String sentence) {
        PrintWriter err = line.getErr();
        err.println(line.getCommandSpec().root().name() + ": " + sentence);
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }
}
