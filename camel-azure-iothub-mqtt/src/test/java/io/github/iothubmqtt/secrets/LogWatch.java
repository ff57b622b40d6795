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
package io.github.iothubmqtt.secrets;

import java.io.PrintStream;
import java.util.List;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails each test class during which a secret was logged. JUnit finds it by itself and uses it with all of them. */
public final class LogWatch implements BeforeAllCallback, AfterAllCallback {

    private static PrintStream watched;

    @Override
    public void beforeAll(ExtensionContext context) {
        install();
    }

    private static synchronized void install() {
        if (watched == null) {
            watched = WatchedLog.before(System.err);
            System.setErr(watched);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = WatchedLog.takeLeaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError("Secrets were logged:\n" + String.join("\n", leaks));
        }
    }
}
