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

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The desired or the reported properties of a twin: a value, each change makes a new one.
 *
 * @param metadata mirrors the values: for each object and each value, when it was changed last
 * @param version 1 for a new twin, one more with each change
 */
record TwinSection(Map<String, Object> values, Map<String, Object> metadata, long version) {

    static final String VERSION = "$version";

    static final String METADATA = "$metadata";
    private static final String LAST_UPDATED = "$lastUpdated";
    private static final String LAST_UPDATED_VERSION = "$lastUpdatedVersion";

    static TwinSection empty(Instant now) {
        return new TwinSection(Map.of(), Map.of(LAST_UPDATED, now.toString()), 1);
    }

    /** All that is to survive the hub. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("version", version);
        state.put("values", values);
        state.put("metadata", metadata);
        return state;
    }

    /** {@code state} as of {@link #state()}. */
    static TwinSection restored(Map<String, Object> state) {
        return new TwinSection(
                Json.object(state.get("values")),
                Json.object(state.get("metadata")),
                ((Number) state.get("version")).longValue());
    }

    /** Merges a patch: null removes, objects merge, all else replaces. {@code versioned} sections have versions in their metadata. */
    TwinSection patched(Map<String, Object> patch, Instant now, boolean versioned) {
        return changed(values, metadata, patch, now, versioned);
    }

    TwinSection replaced(Map<String, Object> replacement, Instant now, boolean versioned) {
        return changed(Map.of(), Map.of(), replacement, now, versioned);
    }

    private TwinSection changed(
            Map<String, Object> from,
            Map<String, Object> fromMetadata,
            Map<String, Object> patch,
            Instant now,
            boolean versioned) {
        Map<String, Object> stamp = new LinkedHashMap<>();
        stamp.put(LAST_UPDATED, now.toString());
        if (versioned) {
            stamp.put(LAST_UPDATED_VERSION, version + 1);
        }
        Map<String, Object> merged = merge(from, patch);
        return new TwinSection(merged, stamped(fromMetadata, patch, merged, stamp), version + 1);
    }

    static Map<String, Object> merge(Map<String, Object> values, Map<String, Object> patch) {
        Map<String, Object> merged = new LinkedHashMap<>(values);
        patch.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else if (value instanceof Map) {
                merged.put(key, merge(objectIn(values, key), Json.object(value)));
            } else {
                merged.put(key, value);
            }
        });
        return Collections.unmodifiableMap(merged);
    }

    /** The metadata of what was merged: stamped where the patch went, as it was elsewhere. */
    private static Map<String, Object> stamped(
            Map<String, Object> metadata,
            Map<String, Object> patch,
            Map<String, Object> merged,
            Map<String, Object> stamp) {
        Map<String, Object> result = new LinkedHashMap<>(stamp);
        merged.forEach((key, value) -> {
            if (!patch.containsKey(key)) {
                result.put(key, metadata.get(key));
            } else if (value instanceof Map) {
                result.put(key, stamped(objectIn(metadata, key), objectIn(patch, key), Json.object(value), stamp));
            } else {
                result.put(key, stamp);
            }
        });
        return Collections.unmodifiableMap(result);
    }

    private static Map<String, Object> objectIn(Map<String, Object> values, String key) {
        return values.get(key) instanceof Map ? Json.object(values.get(key)) : Map.of();
    }

    /** As a device sees it. */
    Map<String, Object> withVersion() {
        Map<String, Object> view = new LinkedHashMap<>(values);
        view.put(VERSION, version);
        return view;
    }

    /** As the back end sees it. */
    Map<String, Object> withMetadata() {
        Map<String, Object> view = new LinkedHashMap<>(values);
        view.put(METADATA, metadata);
        view.put(VERSION, version);
        return view;
    }
}
