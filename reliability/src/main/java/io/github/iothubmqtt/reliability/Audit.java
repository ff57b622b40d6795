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
package io.github.iothubmqtt.reliability;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A whole examination: a short run to warm up, the run itself, and the comparison of what the JVM holds before and after it. */
final class Audit {

    private final Plan plan;
    private final Peer.Factory peer;
    private final Breaches breaches;

    Audit(Plan plan, Peer.Factory peer, Breaches breaches) {
        this.plan = plan;
        this.peer = peer;
        this.breaches = breaches;
    }

    Balance run(PrintStream out) throws Exception {
        new Session(plan.warmUp(), peer, breaches).run();
        Resources start = Resources.now();
        Balance balance = new Session(plan, peer, breaches).run();
        Resources end = Resources.settled(start);
        end.compare(start, breaches);
        print(out, balance, start, end);
        return balance;
    }

    private void print(PrintStream out, Balance balance, Resources start, Resources end) {
        row(out, "seed", balance.plan().seed());
        row(
                out,
                "devices x window",
                balance.plan().devices() + " x " + balance.plan().window());
        if (balance.plan().logins()) {
            row(out, "ways to log in", waysToLogIn(balance.plan()));
        }
        row(out, "time", balance.took().toSeconds() + " s, " + Math.round(balance.rate()) + " telemetry msg/s");
        row(out, "faults", balance.faults());
        balance.mishaps().forEach((mishap, summary) -> print(out, mishap, summary));
        row(out, "links lost", balance.linksLost());
        row(out, "telemetry handed over", balance.handedOver());
        row(out, "  reported done", balance.done());
        row(out, "  reported failed", balance.failed());
        row(out, "  in the hub", balance.stored());
        row(out, "  lost", breaches.count(Rule.LOST));
        row(out, "  misordered first arrivals", breaches.count(Rule.MISORDERED));
        row(
                out,
                "  duplicates",
                balance.duplicates() + " (bound " + balance.plan().window() * balance.linksLost() + ")");
        row(out, "devicebound taken in by the hub", balance.deviceboundSent());
        row(out, "  processed", balance.deviceboundProcessed());
        row(out, "  failed the first time", balance.deviceboundFailedAttempts());
        row(out, "  repeated", balance.deviceboundRepeated());
        row(out, "  misordered", breaches.count(Rule.DEVICEBOUND_MISORDERED));
        row(out, "  acknowledged too early", breaches.count(Rule.ACKNOWLEDGED_TOO_EARLY));
        if (balance.twins() != null) {
            row(out, "reports done", balance.twins().reports());
            row(out, "desired versions", balance.twins().changes());
            row(out, "  times that they reached a route", balance.twins().changesReached());
            row(out, "method calls", balance.twins().calls());
            row(out, "  answered by the route", balance.twins().answers());
        }
        row(out, "threads left", end.threadsBeyond(start).size());
        row(out, "sockets, start and end", start.sockets() + ", " + end.sockets());
        row(out, "heap, start and end", Resources.megabytes(start.heap()) + ", " + Resources.megabytes(end.heap()));
        if (!balance.remark().isEmpty()) {
            row(out, "remark", balance.remark());
        }
    }

    private static String waysToLogIn(Plan plan) {
        return IntStream.range(0, plan.devices())
                .mapToObj(device ->
                        Logins.wayOf(device).name().toLowerCase(Locale.ROOT).replace('_', ' ')
                                + (Logins.isOverWebSocket(device) ? " over WebSocket" : ""))
                .collect(Collectors.joining(", "));
    }

    private static void print(PrintStream out, Mishap mishap, Gaps.Summary summary) {
        row(
                out,
                "  " + mishap.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                "%4d, next message after %d ms (median), %d ms (longest)"
                        .formatted(
                                summary.count(),
                                summary.p50().toMillis(),
                                summary.max().toMillis()));
    }

    private static void row(PrintStream out, String name, Object value) {
        out.printf(Locale.ROOT, "%-34s %s%n", name, value);
    }
}
