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

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What slf4j-simple writes to, at level TRACE for all that is ours: looks for secrets in each line, and passes on what a reader wants,
 * which is INFO and above. One stream is for one {@link PrintStream}, which locks.
 */
public final class WatchedLog extends OutputStream {

    private static final Pattern BEGIN = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\[.*");
    private static final Pattern DETAIL = Pattern.compile("[^\\]]*\\] (TRACE|DEBUG) .*");

    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
    private static final AtomicLong DETAILS = new AtomicLong();

    private final PrintStream reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** Whether the lines of the present record are details; the lines of a stack trace belong to it. */
    private boolean detail;

    private WatchedLog(PrintStream reader) {
        this.reader = reader;
    }

    /** @param reader gets INFO and above */
    public static PrintStream before(PrintStream reader) {
        return new PrintStream(new WatchedLog(reader), true, StandardCharsets.UTF_8);
    }

    /** The lines with secrets since the last call, each with what it shows. */
    static List<String> takeLeaks() {
        List<String> taken = List.copyOf(LEAKS);
        LEAKS.removeAll(taken);
        return taken;
    }

    /** How many lines of TRACE and DEBUG there were. */
    static long details() {
        return DETAILS.get();
    }

    @Override
    public void write(int b) {
        line.write(b);
        if (b == '\n') {
            end();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int start = offset;
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                line.write(bytes, start, at + 1 - start);
                end();
                start = at + 1;
            }
        }
        line.write(bytes, start, offset + length - start);
    }

    private void end() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        // What an application sends is its own affair, and the emulator logs the messages that it stores.
        String leak = text.contains("TRACE TelemetryStore - ") ? null : Leak.in(text);
        if (leak != null) {
            LEAKS.add(leak + ": " + text.strip());
        }
        if (BEGIN.matcher(text).lookingAt()) {
            detail = DETAIL.matcher(text).lookingAt();
        }
        if (detail) {
            DETAILS.incrementAndGet();
        } else {
            reader.print(text);
            reader.flush();
        }
    }
}
