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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.quarkus.deployment.ApplicationArchive;
import org.objectweb.asm.ClassReader;

/**
 * The endpoint URIs that can be read in an application without running it: text constants of its classes, and its yaml, xml and properties
 * files. A URI that is put together at run time is not among them. Confined to the thread that makes it; then a value.
 */
final class RouteUris {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^{}:]+)(?::([^{}]*))?}}");

    /** The path must end where an id may end: a piece of text to which more is added at run time is no id. */
    private static final Pattern URI = Pattern.compile("iothub-mqtt:(?://)?"
            + "(?<identity>[\\w\\-.*!(),=@;$]+(?:/[\\w\\-.*!(),=@;$]+)?)"
            + "(?=[?\\s\"<]|'|$)(?<query>\\?[^\\s\"<]*)?");

    private static final Pattern HUB_OPTION = Pattern.compile("[?&;](?:hub|connectionString|sasSignature)=");

    private static final int STRING_CONSTANT = 8;

    private final Function<String, Optional<String>> properties;
    private final Set<String> identities = new TreeSet<>();
    private boolean nameHub;

    /** @param properties resolves the placeholders in URIs */
    RouteUris(Function<String, Optional<String>> properties) {
        this.properties = properties;
    }

    static RouteUris of(ApplicationArchive application, Function<String, Optional<String>> properties) {
        RouteUris uris = new RouteUris(properties);
        application.accept(tree -> tree.walk(visit -> uris.readFile(visit.getPath())));
        return uris;
    }

    /** {@code device} or {@code device/module}, sorted. */
    List<String> identities() {
        return List.copyOf(identities);
    }

    /** Whether a URI says itself which hub to use. */
    boolean nameHub() {
        return nameHub;
    }

    void readFile(Path file) {
        String name = file.toString();
        try {
            if (name.endsWith(".class")) {
                readClass(Files.readAllBytes(file));
            } else if (name.endsWith(".yaml")
                    || name.endsWith(".yml")
                    || name.endsWith(".xml")
                    || name.endsWith(".properties")) {
                readText(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readClass(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        char[] buffer = new char[reader.getMaxStringLength()];
        for (int i = 1; i < reader.getItemCount(); i++) {
            int offset = reader.getItem(i);
            // Zero after a constant that takes two places.
            if (offset > 0 && reader.readByte(offset - 1) == STRING_CONSTANT) {
                readText((String) reader.readConst(i, buffer));
            }
        }
    }

    void readText(String text) {
        if (!text.contains("iothub-mqtt:")) {
            return;
        }
        Matcher uri = URI.matcher(PLACEHOLDER.matcher(text).replaceAll(this::resolved));
        while (uri.find()) {
            identities.add(uri.group("identity"));
            nameHub |= uri.group("query") != null
                    && HUB_OPTION.matcher(uri.group("query")).find();
        }
    }

    /** What cannot be resolved stays, and keeps the URI from being taken for one. */
    private String resolved(MatchResult placeholder) {
        String fallback = placeholder.group(2) == null ? placeholder.group() : placeholder.group(2);
        return Matcher.quoteReplacement(
                properties.apply(placeholder.group(1).trim()).orElse(fallback));
    }
}
