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
package io.github.iothubmqtt.transport.paho;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Status line and headers of an HTTP/1.1 response.
 *
 * @param status three digits
 * @param phrase what the server adds to the status, made fit for a log; may be empty
 * @param headers all values by name, in any case
 */
record HttpHead(int status, String phrase, Map<String, List<String>> headers) {

    /** More than any server sends; what is longer is read no further. */
    static final int LONGEST = 32 * 1024;

    private static final int LONGEST_SHOWN = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] ([1-9][0-9]{2})(?: (.*))?");

    /**
     * Reads up to the empty line and not one byte further. Interim responses are skipped.
     *
     * @throws ProtocolException when it is not HTTP, or too long; the message says which
     */
    static HttpHead read(InputStream in) throws IOException {
        HttpHead head = parse(lines(in));
        while (head.status < 200 && head.status != SWITCHING_PROTOCOLS) {
            head = parse(lines(in));
        }
        return head;
    }

    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        int read = 0;
        while (true) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = in.read();
            while (next != '\n') {
                if (next < 0) {
                    throw new EOFException();
                }
                if (++read > LONGEST) {
                    throw new ProtocolException("more than " + LONGEST / 1024 + " KB without an end");
                }
                line.write(next);
                if (lines.isEmpty()
                        && line.size() == 5
                        && !line.toString(StandardCharsets.ISO_8859_1).equals("HTTP/")) {
                    // What speaks another protocol may send no line at all, and wait.
                    throw notHttp(line.toString(StandardCharsets.ISO_8859_1));
                }
                next = in.read();
            }
            String text = line.toString(StandardCharsets.ISO_8859_1);
            text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            if (text.isEmpty()) {
                return lines;
            }
            lines.add(text);
        }
    }

    private static HttpHead parse(List<String> lines) throws ProtocolException {
        String first = lines.isEmpty() ? "" : lines.get(0);
        Matcher status = STATUS_LINE.matcher(first);
        if (!status.matches()) {
            throw notHttp(first);
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(line.substring(0, colon).strip(), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        }
        String phrase = status.group(2) == null ? "" : shown(status.group(2));
        return new HttpHead(Integer.parseInt(status.group(1)), phrase, headers);
    }

    private static ProtocolException notHttp(String start) {
        return new ProtocolException("something that is not HTTP, beginning with '" + shown(start) + "'");
    }

    /** The status as people write it: {@code 403 Forbidden}. */
    String statusText() {
        return phrase.isEmpty() ? String.valueOf(status) : status + " " + phrase;
    }

    /** The first value of a header, made fit for a log. */
    String shown(String header, String none) {
        List<String> values = headers.get(header);
        return values == null ? none : shown(values.get(0));
    }

    /** Whether a header whose value is a list of words holds this one, in any case. */
    boolean lists(String header, String word) {
        return headers.getOrDefault(header, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(item -> item.strip().toLowerCase(Locale.ROOT).equals(word));
    }

    /** The one value of a header; null when there is none, or more than one. */
    String only(String header) {
        List<String> values = headers.getOrDefault(header, List.of());
        return values.size() == 1 ? values.get(0) : null;
    }

    /** What a stranger has sent, for a log: a few characters, none that moves the cursor. */
    static String shown(String text) {
        String readable = text.replaceAll("[^\\x20-\\x7E]", "?");
        return readable.length() <= LONGEST_SHOWN ? readable : readable.substring(0, LONGEST_SHOWN) + "…";
    }
}
