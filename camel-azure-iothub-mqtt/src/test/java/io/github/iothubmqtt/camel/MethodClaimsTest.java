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
import java.util.stream.IntStream;

import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Which route carries out which method, and what callers hear while it is suspended or stopped. */
class MethodClaimsTest extends MethodTestSupport {

    private final Held held = new Held();

    private void claim(String routeId, String... options) throws Exception {
        routes(routes ->
                routes.from(methods(options)).routeId(routeId).setBody(routes.constant("\"" + routeId + "\"")));
    }

    @Test
    void eachRouteGetsItsMethodsAndOneMayTakeTheRest() throws Exception {
        claim("one", "methodName=a");
        claim("several", "methodName=b,c");
        claim("rest");

        assertThat(call("a")).isEqualTo(ok("\"one\""));
        assertThat(call("b")).isEqualTo(ok("\"several\""));
        assertThat(call("c")).isEqualTo(ok("\"several\""));
        assertThat(call("d")).isEqualTo(ok("\"rest\""));
        assertThat(call("A")).as("names have upper and lower case").isEqualTo(ok("\"rest\""));
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aMethodThatNoRouteClaimsIsAnswered404() throws Exception {
        claim("one", "methodName=a");

        assertThat(call("b")).isEqualTo(NOT_FOUND);
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void aDeviceWithoutSuchARouteIsNotOnlineForMethods() throws Exception {
        routes(routes -> routes.from("direct:in").to(device("dev1")));

        assertThatThrownBy(() -> call("a")).hasMessageContaining("404103");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "c,b", "b , a"})
    void twoRoutesCannotClaimOneMethod(String names) throws Exception {
        claim("first", "methodName=a,b");

        assertThatThrownBy(() -> claim("second", "methodName=" + names))
                .hasStackTraceContaining("Another route carries out the method '")
                .hasStackTraceContaining("of localhost/dev1 already: leave the method to one of them");
        assertThat(call("a")).isEqualTo(ok("\"first\""));
    }

    @Test
    void twoRoutesCannotTakeAllMethods() throws Exception {
        claim("first");

        assertThatThrownBy(() -> claim("second", "methodTimeout=1s"))
                .hasStackTraceContaining("Another route carries out all methods of localhost/dev1 already");
        assertThat(call("a")).isEqualTo(ok("\"first\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,,b", "a,", "a b", "a.b", "$a", "a/b", "RAW(a#)", "RAW(a+)"})
    void aMethodNameThatNoMethodCanHaveIsRefused(String names) {
        assertThatThrownBy(() -> claim("in", "methodName=" + names))
                .hasStackTraceContaining("methodName names the method '")
                .hasStackTraceContaining(
                        "and a method has 1 to 128 characters, among them no $, dot, slash, #, + or blank");
    }

    @Test
    void methodsCannotBePolled() throws Exception {
        routes(routes -> routes.from("direct:poll").pollEnrich(methods(), 1000));

        assertThatThrownBy(() -> template.sendBody("direct:poll", ""))
                .hasStackTraceContaining("A direct method wants an answer and cannot be polled: begin a route with it");
    }

    // route control

    @Test
    void aSuspendedRouteIsUnavailableAndAResumedOneCarriesOut() throws Exception {
        claim("one", "methodName=a");
        claim("other", "methodName=b");
        context.getRouteController().suspendRoute("one");
        assertThat(call("a")).isEqualTo(UNAVAILABLE);
        assertThat(call("b")).isEqualTo(ok("\"other\""));
        context.getRouteController().resumeRoute("one");

        assertThat(call("a")).isEqualTo(ok("\"one\""));
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aSuspendedRouteFinishesWhatRunsAndRefusesWhatWaits() throws Exception {
        routes(routes -> routes.from(methods()).routeId("in").process(held));
        CompletableFuture<DirectMethodResult> first = begin("m");
        Running running = held.await();
        CompletableFuture<DirectMethodResult> second = begin("m");
        CompletableFuture<Void> suspended = CompletableFuture.runAsync(() -> suspend("in"));
        assertThat(soon(second)).isEqualTo(UNAVAILABLE);
        running.complete("1");

        assertThat(soon(first)).isEqualTo(ok("1"));
        soon(suspended);
    }

    private void suspend(String route) {
        try {
            context.getRouteController().suspendRoute(route);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theMethodsOfAStoppedRouteAreFreeForAnother() throws Exception {
        claim("one", "methodName=a");
        claim("other", "methodName=b");
        context.getRouteController().stopRoute("one");
        assertThat(call("a")).isEqualTo(NOT_FOUND);
        claim("next", "methodName=a");

        assertThat(call("a")).isEqualTo(ok("\"next\""));
        assertThat(call("b")).isEqualTo(ok("\"other\""));
    }

    @Test
    void aRemovedRouteLeavesTheOthersAlone() throws Exception {
        claim("one", "methodName=a");
        claim("other", "methodName=b");
        context.getRouteController().stopRoute("one");
        context.removeRoute("one");

        assertThat(call("a")).isEqualTo(NOT_FOUND);
        assertThat(call("b")).isEqualTo(ok("\"other\""));
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void withTheLastOfItsRoutesTheDeviceIsNoLongerOnlineForMethods() throws Exception {
        routes(routes -> routes.from("direct:telemetry").to(device("dev1")));
        claim("one", "methodName=a");
        context.getRouteController().stopRoute("one");

        await().atMost(SOON)
                .untilAsserted(() -> assertThatThrownBy(() -> call("a")).hasMessageContaining("404103"));
        template.sendBody("direct:telemetry", "still there");
        context.getRouteController().startRoute("one");
        assertThat(call("a")).isEqualTo(ok("\"one\""));
    }

    @Test
    void aGracefulShutdownLetsRunningMethodsAnswerAndRefusesNewOnes() throws Exception {
        routes(routes ->
                routes.from(methods("concurrentConsumers=3")).routeId("in").process(held));
        CompletableFuture<?>[] calls =
                IntStream.range(0, 3).mapToObj(i -> begin("m")).toArray(CompletableFuture[]::new);
        Running[] running = {held.await(), held.await(), held.await()};
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        await().atMost(SOON).untilAsserted(() -> assertThat(call("m")).isEqualTo(UNAVAILABLE));
        for (Running each : running) {
            each.complete("\"well\"");
        }
        soon(stopped);

        for (CompletableFuture<?> call : calls) {
            assertThat(soon(call)).isEqualTo(ok("\"well\""));
        }
    }

    @Test
    void aCallForADeviceThatStartsIsCarriedOutAsSoonAsItListens() throws Exception {
        CompletableFuture<DirectMethodResult> early =
                hub.invokeMethod("dev1", DirectMethod.named("a").connectTimeout(SOON));
        claim("one", "methodName=a");

        assertThat(soon(early)).isEqualTo(ok("\"one\""));
    }
}
