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

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** All breaches of a run: counted by rule, the first ones of each in words. Thread-safe. */
final class Breaches {

    private static final int TOLD = 5;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);
    private final List<String> told = new ArrayList<>();

    void add(Rule rule, String where) {
        lock.lock();
        try {
            if (counts.merge(rule, 1, Integer::sum) <= TOLD) {
                told.add(rule + ": " + rule.sentence() + ": " + where);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return counts().isEmpty();
    }

    int count(Rule rule) {
        return counts().getOrDefault(rule, 0);
    }

    Map<Rule, Integer> counts() {
        lock.lock();
        try {
            return Map.copyOf(counts);
        } finally {
            lock.unlock();
        }
    }

    /** The first few of each rule. */
    List<String> told() {
        lock.lock();
        try {
            return List.copyOf(told);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return counts() + " " + told();
    }
}
