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
package io.github.iothubmqtt.camel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.AbstractCamelContext;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.util.URISupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a run of this suite runs with what it is told to: the build compiles the tests once, and runs them with several lines of Camel, on
 * platform threads and on virtual ones.
 */
class CamelLineTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private final CompletableFuture<Thread> sending = new CompletableFuture<>();
    private final CompletableFuture<Thread> receiving = new CompletableFuture<>();

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(device("dev1")).process(threadInto(sending));
                from(device("dev1")).process(threadInto(receiving));
            }
        };
    }

    private static Processor threadInto(CompletableFuture<Thread> thread) {
        return exchange -> thread.complete(Thread.currentThread());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                CamelContext.class,
                URISupport.class,
                DefaultComponent.class,
                HealthCheck.class,
                AbstractHealthCheck.class,
                AbstractCamelContext.class,
                DefaultCamelContext.class,
                CamelTestSupport.class
            })
    void allPartsOfCamelAreOfOneLine(Class<?> part) {
        assertThat(part.getPackage().getImplementationVersion()).isEqualTo(System.getProperty("camel.version"));
    }

    @Test
    void routesRunOnVirtualThreadsIfCamelIsToldSo() throws Exception {
        boolean virtual = Boolean.getBoolean("camel.threads.virtual.enabled");

        begin("direct:in", message -> message.setBody("warm"));
        hub.emulator().sendDevicebound("dev1", DeviceboundMessage.of("open"));

        assertThat(isVirtual(soon(sending))).isEqualTo(virtual);
        assertThat(isVirtual(soon(receiving))).isEqualTo(virtual);
    }

    // The build then looks into the flight recording of this run, and expects this thread in it and no other.
    @Test
    @EnabledIfSystemProperty(named = "camel.threads.virtual.enabled", matches = "true")
    void aVirtualThreadThatHoldsOnToItsCarrierIsRecorded() throws Exception {
        Thread pinned = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable)
                        PinnedOnPurpose::touch);

        pinned.join(SOON.toMillis());
        assertThat(pinned.isAlive()).isFalse();
    }

    // The method is younger than the Java that this is compiled for.
    private static boolean isVirtual(Thread thread) throws Exception {
        return Runtime.version().feature() >= 21
                && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }

    /** Waits while it is initialised, when the stack holds a frame of the VM. */
    private static final class PinnedOnPurpose {

        static {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }

        static void touch() {}
    }
}
