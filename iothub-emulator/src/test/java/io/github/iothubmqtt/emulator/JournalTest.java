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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JournalTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Journal<String> journal = new Journal<>(10);

    @Test
    void theOldestEntriesGoWhenTheBoundIsReached() {
        journal.append("aaaa", 4);
        journal.append("bbbb", 4);
        journal.append("cccc", 4);

        assertThat(journal.snapshot()).containsExactly("bbbb", "cccc");
        assertThat(journal.dropped()).isEqualTo(1);
        assertThat(journal.count()).isEqualTo(3);
    }

    @Test
    void anEntryAboveTheBoundIsKeptUntilTheNext() {
        journal.append("a".repeat(20), 20);
        assertThat(journal.snapshot()).hasSize(1);

        journal.append("b");
        assertThat(journal.snapshot()).containsExactly("b");
    }

    @Test
    void aWaitingReaderWakesUpForTheEntryItLikes() {
        CompletableFuture<String> match = CompletableFuture.supplyAsync(
                () -> journal.awaitMatch("c"::equals, SOON).orElseThrow());

        journal.append("a");
        journal.append("b");
        journal.append("c");

        assertThat(match.join()).isEqualTo("c");
        assertThat(journal.awaitMatch("a"::equals, AT_ONCE)).contains("a");
        assertThat(journal.awaitMatch("x"::equals, AT_ONCE)).isEmpty();
    }

    @Test
    void clearingStartsTheCountAnew() {
        journal.append("a");
        journal.clear();

        assertThat(journal.awaitCount(1, AT_ONCE)).isFalse();
        assertThat(journal.awaitMatch("a"::equals, AT_ONCE)).isEmpty();

        journal.append("b");
        assertThat(journal.awaitCount(1, AT_ONCE)).isTrue();
        assertThat(journal.awaitMatch("b"::equals, AT_ONCE)).contains("b");
    }

    @Test
    void closingEndsAllWaiting() {
        CompletableFuture<Boolean> reached = CompletableFuture.supplyAsync(() -> journal.awaitCount(1, SOON));

        journal.close();

        assertThat(reached.join()).isFalse();
    }

    @Test
    void entriesKeepTheirNumbersWhenOlderOnesGo() {
        List.of("a", "b").forEach(journal::append);
        journal.clear();
        List.of("c", "d").forEach(journal::append);

        assertThat(journal.numberedAfter(0))
                .containsExactly(new Journal.Numbered<>(3, "c"), new Journal.Numbered<>(4, "d"));
        assertThat(journal.numberedAfter(3)).containsExactly(new Journal.Numbered<>(4, "d"));
        assertThat(journal.numberedAfter(4)).isEmpty();
        assertThat(journal.numberedAfter(9)).isEmpty();
    }

    @Test
    void aListenerFindsTheEntryUntilItIsRemoved() {
        List<List<String>> seen = new ArrayList<>();
        Runnable listener = () -> seen.add(journal.snapshot());
        journal.onAppend(listener);
        journal.append("a");
        journal.removeListener(listener);
        journal.append("b");

        assertThat(seen).containsExactly(List.of("a"));
    }
}
