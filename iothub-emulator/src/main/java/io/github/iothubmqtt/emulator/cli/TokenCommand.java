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

import java.time.Duration;
import java.time.Instant;
import java.util.Scanner;
import java.util.concurrent.Callable;

import io.github.iothubmqtt.emulator.SasTokens;
import picocli.CommandLine;

/** Prints a shared access signature, for tools that want one as their password. */
@CommandLine.Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Prints a SAS token for the connection string of a device, a module or a shared access policy.")
final class TokenCommand implements Callable<Integer> {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Parameters(
            index = "0",
            paramLabel = "CONNECTION-STRING",
            description = "HostName=...;DeviceId=...;SharedAccessKey=..., or - to read it from standard input.")
    private String connectionString;

    @CommandLine.Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TIME-TO-LIVE",
            defaultValue = "PT1H",
            description = "Seconds, or ISO 8601 such as PT1H. Default: ${DEFAULT-VALUE}.")
    private Duration timeToLive;

    @Override
    public Integer call() {
        try {
            String token = SasTokens.forConnectionString(
                    "-".equals(connectionString) ? firstLineOfInput() : connectionString,
                    Instant.now().plus(timeToLive));
            spec.commandLine().getOut().println(token);
            return CommandLine.ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private static String firstLineOfInput() {
        Scanner input = new Scanner(System.in);
        return input.hasNextLine() ? input.nextLine() : "";
    }
}
