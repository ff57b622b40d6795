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
package io.github.iothubmqtt.emulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What armed faults do to one connection. All that the hub does for the connection passes through here, point by point; without a
 * fault it passes at once. Belongs to the hub's event loop.
 */
final class Interference {

    /** A packet that is due. */
    interface Answer {

        void write();

        /** Writes it once more. */
        default void writeCopy() {
            write();
        }

        /** Writes what the fault wants instead, where there is such a thing. */
        default void writeInstead(Fault fault) {
            throw new IllegalStateException("There is nothing else to write here: " + fault);
        }
    }

    /** Whose connection it is. */
    interface Owner {

        /** The connection is about to be cut. */
        void end(CloseCause cause);

        /** Runs a part of the connection's work that a fault had put off. */
        void guarded(Runnable work);

        /** A delay is over: what the connection did not do meanwhile may be done now. */
        void resumed();
    }

    private final Faults faults;
    private final HubLoop loop;
    private final Wire wire;
    private final Identity identity;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    /** One for each point before answers. */
    private final Map<FaultPoint, Runnable> heldBack = new EnumMap<>(FaultPoint.class);

    private Owner owner;
    private boolean delayed;
    private boolean over;

    Interference(Faults faults, HubLoop loop, Wire wire, Identity identity, Owner owner) {
        this.faults = faults;
        this.loop = loop;
        this.wire = wire;
        this.identity = identity;
        this.owner = owner;
    }

    void belongsTo(Owner newOwner) {
        owner = newOwner;
    }

    boolean isDelayed() {
        return delayed;
    }

    /** The connection ended, by a fault or not. */
    void over() {
        over = true;
        waiting.clear();
    }

    void cut() {
        wire.cut();
    }

    /** Does the work for a packet that came: now, after those that wait, or never. */
    void inTurn(Runnable work) {
        if (over) {
            return;
        }
        if (delayed) {
            waiting.add(work);
        } else {
            work.run();
        }
    }

    /** Does more of the work for the packet that is being worked on: now, or when a delay is over and before those that wait. */
    void afterwards(Runnable work) {
        if (over) {
            return;
        }
        if (delayed) {
            waiting.addFirst(work);
        } else {
            work.run();
        }
    }

    /** The hub has come to a point, and goes on with {@code next}. */
    void reach(FaultPoint point, Runnable next) {
        reach(point, next, dropped -> {});
    }

    /** The same; where the fault is not the connection's but the request's, the hub goes on with {@code instead}. */
    void reach(FaultPoint point, Runnable next, Consumer<Fault> instead) {
        Fault fault = faults.strike(point, identity);
        if (fault == null) {
            next.run();
            return;
        }
        switch (fault.kind()) {
            case DROP, ANSWER_STATUS, ANSWER -> instead.accept(fault);
            default -> interrupt(point, fault, next);
        }
    }

    /** The hub has come to the point before an answer after which there is none. */
    void answer(FaultPoint before, Answer answer) {
        answer(before, answer, null);
    }

    /** The hub has come to the point before an answer; it writes that, and so comes to the point after it. */
    void answer(FaultPoint before, Answer answer, FaultPoint after) {
        Fault fault = faults.strike(before, identity);
        if (fault == null) {
            write(before, answer, after);
            return;
        }
        switch (fault.kind()) {
            case DROP -> {
                wire.swallowNext();
                answer.write();
            }
            case DUPLICATE -> {
                answer.write();
                answer.writeCopy();
                reachIfAny(after);
            }
            case REORDER -> {
                if (heldBack.containsKey(before)) {
                    write(before, answer, after);
                } else {
                    heldBack.put(before, () -> write(before, answer, after));
                }
            }
            case CUT_MID_PACKET -> {
                wire.truncateNext();
                answer.write();
                end(before, fault);
                wire.cut();
            }
            case REFUSE, ANSWER_STATUS, ANSWER, ANSWER_OTHER_RID -> answer.writeInstead(fault);
            default -> interrupt(before, fault, () -> write(before, answer, after));
        }
    }

    private void write(FaultPoint before, Answer answer, FaultPoint after) {
        answer.write();
        reachIfAny(after);
        Runnable late = over ? null : heldBack.remove(before);
        if (late != null) {
            late.run();
        }
    }

    private void reachIfAny(FaultPoint after) {
        if (after != null) {
            reach(after, () -> {});
        }
    }

    private void interrupt(FaultPoint point, Fault fault, Runnable next) {
        switch (fault.kind()) {
            case DELAY -> delay(fault.delay(), next);
            case SILENCE -> {
                over();
                wire.silence();
            }
            case CUT -> {
                end(point, fault);
                wire.cut();
            }
            case RESET -> {
                end(point, fault);
                wire.reset();
            }
            case CLOSE -> {
                end(point, fault);
                wire.close();
            }
            default -> throw new IllegalStateException(fault + " at " + point);
        }
    }

    /** First the hub's records, then the wire: a client that has noticed finds them. */
    private void end(FaultPoint point, Fault fault) {
        over();
        owner.end(CloseCause.because(fault.logCode(), "of a fault at " + point + ": " + fault));
    }

    private void delay(Duration delay, Runnable next) {
        if (delay.isZero()) {
            next.run();
            return;
        }
        delayed = true;
        loop.vertx().setTimer(Math.max(1, delay.toMillis()), id -> goOn(next));
    }

    private void goOn(Runnable next) {
        if (over || !wire.isOpen()) {
            return;
        }
        delayed = false;
        owner.guarded(next);
        while (!delayed && !waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
        if (!delayed && !over) {
            owner.resumed();
        }
    }
}
