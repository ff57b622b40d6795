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
package io.github.iothubmqtt.quarkus.deployment;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.LogRecord;

import io.github.iothubmqtt.quarkus.DevHub;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A device, its module and a device of a properties file, with a key that the application has configured. */
class RunningHubTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @RegisterExtension
    static final QuarkusUnitTest app = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClass(Routes.class)
                    .addAsResource(
                            new StringAsset("valve = iothub-mqtt:valve\n"
                                    + "quarkus.http.test-port = 0\n"
                                    + "camel.component.iothub-mqtt.shared-access-key = " + KEY + "\n"),
                            "application.properties"))
            .setLogRecordPredicate(record -> record.getLoggerName().equals(DevServicesProcessor.class.getName()))
            .assertLogRecords(RunningHubTest::connectionStringsArePrinted);

    @Inject
    CamelContext camel;

    @Inject
    ProducerTemplate template;

    public static class Routes extends RouteBuilder {

        @Override
        public void configure() {
            from("iothub-mqtt:gateway").to("iothub-mqtt:gateway/filter").to("{{valve}}");
        }
    }

    @Test
    void devicesAndModulesOfTheRoutesConnectWithTheConfiguredKey() {
        DevHub.sendDevicebound("gateway", "open", Map.of("by", "Ada"));

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(DevHub.telemetry("gateway"))
                    .extracting(DevHub.Telemetry::moduleId)
                    .containsExactly("filter");
            assertThat(DevHub.telemetry("valve"))
                    .extracting(DevHub.Telemetry::body)
                    .containsExactly("open");
            assertThat(DevHub.unacknowledged("gateway")).isZero();
        });
    }

    @Test
    void onlyTheComponentTrustsTheEmulator() {
        assertThat(camel.getRegistry().findByTypeWithName(SSLContextParameters.class))
                .containsOnlyKeys("iothubMqttDevServices");
        assertThat(camel.getSSLContextParameters()).isNull();
    }

    private static void connectionStringsArePrinted(List<LogRecord> records) {
        assertThat(records).singleElement().satisfies(record -> assertThat(
                        new org.jboss.logmanager.formatters.PatternFormatter("%s").format(record))
                .contains(";DeviceId=gateway;SharedAccessKey=" + KEY)
                .contains(";DeviceId=gateway;ModuleId=filter;SharedAccessKey=" + KEY)
                .contains(";DeviceId=valve;SharedAccessKey=" + KEY));
    }
}
