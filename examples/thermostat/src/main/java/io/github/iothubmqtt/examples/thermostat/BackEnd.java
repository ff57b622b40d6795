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
package io.github.iothubmqtt.examples.thermostat;

import java.util.Scanner;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;

/** The other end: a hub in this JVM, and the person at the terminal in the place of the back end. */
final class BackEnd implements AutoCloseable {

    private static final String HELP = "Type:  target 22 · reboot · twin · quit";

    private final IotHubEmulator hub = IotHubEmulator.start();
    private final EmulatedDevice device = hub.addDevice("thermostat-7");

    private BackEnd() {
        hub.onTelemetry(message -> say("telemetry " + message.bodyText()));
    }

    static BackEnd start() {
        return new BackEnd();
    }

    String connectionString() {
        return device.connectionString();
    }

    /** Trusts the certificate authority of this hub, which is made anew each time. */
    SSLContextParameters tls() {
        return new SSLContextParameters() {
            @Override
            public SSLContext createSSLContext(CamelContext context) {
                return hub.sslContext();
            }
        };
    }

    /** @param quit called when the person has had enough; not when the terminal ends, so that it can run without one */
    void obeyTerminal(Runnable quit) {
        say("A hub runs in this JVM at localhost:" + hub.mqttPort() + " with the device " + device.deviceId() + ".");
        say(HELP);
        Thread terminal = new Thread(() -> readLines(quit), "terminal");
        terminal.setDaemon(true);
        terminal.start();
    }

    private void readLines(Runnable quit) {
        try (Scanner lines = new Scanner(System.in)) {
            while (lines.hasNextLine()) {
                String line = lines.nextLine().strip();
                if (line.equals("quit")) {
                    quit.run();
                    return;
                }
                try {
                    obey(line);
                } catch (RuntimeException e) {
                    say("It did not work: " + e.getMessage());
                }
            }
        }
    }

    private void obey(String line) {
        if (line.startsWith("target ")) {
            long version =
                    device.twin().updateDesired("{\"targetTemperature\":" + line.substring("target ".length()) + "}");
            say("the desired properties have version " + version + " now");
        } else if (line.equals("reboot")) {
            hub.invokeMethod(device.deviceId(), DirectMethod.named("reboot").payload("{\"delay\":0}"))
                    .whenComplete((answer, failure) -> say(
                            failure == null
                                    ? "reboot answered " + answer.status() + " " + answer.payload()
                                    : "reboot failed: " + reason(failure)));
        } else if (line.equals("twin")) {
            say("twin " + device.twin().json());
        } else if (!line.isEmpty()) {
            say(HELP);
        }
    }

    private static String reason(Throwable failure) {
        return (failure instanceof CompletionException ? failure.getCause() : failure).getMessage();
    }

    private static void say(String text) {
        System.out.println("hub: " + text);
    }

    @Override
    public void close() {
        hub.close();
    }
}
