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

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The twin of one registered identity: its tags, desired and reported properties, and what is known of its connections. Part of the
 * registration, so that it ends with it; belongs to the hub's event loop.
 */
final class Twin {

    /** A change of the desired properties, as the device is told. */
    record DesiredChange(long version, Map<String, Object> patch) {}

    private final Clock clock;
    private final HubSettings settings;
    private final Consumer<Twin> keeper;
    /** Told of each state of the reported properties. */
    private final List<Consumer<Map<String, Object>>> watchers = new ArrayList<>();

    private TwinSection desired;
    private TwinSection reported;
    private Map<String, Object> tags = Map.of();
    private long version = 1;
    private String modelId = "";
    private Instant lastActivity;

    /** {@code keeper} is told of each change, but for the mere times of activity. */
    Twin(Clock clock, HubSettings settings, Consumer<Twin> keeper) {
        this.clock = clock;
        this.settings = settings;
        this.keeper = keeper;
        desired = TwinSection.empty(clock.instant());
        reported = TwinSection.empty(clock.instant());
    }

    /** Forgets tags and properties, as if the device had been registered just now. */
    void startAnew() {
        desired = TwinSection.empty(clock.instant());
        reported = TwinSection.empty(clock.instant());
        tags = Map.of();
        version++;
        keeper.accept(this);
        List.copyOf(watchers).forEach(watcher -> watcher.accept(reported.values()));
    }

    TwinSection desired() {
        return desired;
    }

    TwinSection reported() {
        return reported;
    }

    Map<String, Object> tags() {
        return tags;
    }

    /** Of what the back end can change: tags and desired properties. */
    long version() {
        return version;
    }

    String etag() {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(version).array());
    }

    /** Empty when the device has named none. */
    String modelId() {
        return modelId;
    }

    /** Null before the first connection. */
    Instant lastActivity() {
        return lastActivity;
    }

    void connected(String newModelId) {
        String named = newModelId == null ? "" : newModelId;
        boolean changed = !named.equals(modelId);
        modelId = named;
        active();
        if (changed) {
            keeper.accept(this);
        }
    }

    void active() {
        lastActivity = clock.instant();
    }

    /**
     * Carries out what a device asks for.
     *
     * @param expected the version that the properties must have; null is any
     * @return the new version
     * @throws HubException with code 400006, 400004, 412001 or 413001; then nothing has changed
     */
    long patchReported(String json, Long expected) {
        Map<String, Object> patch = checked(json);
        if (expected != null && expected != reported.version()) {
            throw new HubException(
                    HubCode.PRECONDITION_FAILED,
                    "the reported properties have version " + reported.version() + ", not " + expected);
        }
        TwinSection patched = reported.patched(patch, clock.instant(), false);
        TwinLimits.checkSize("reported properties", patched.values(), TwinLimits.MAX_PROPERTIES_SIZE);
        reported = patched;
        keeper.accept(this);
        List.copyOf(watchers).forEach(watcher -> watcher.accept(reported.values()));
        return reported.version();
    }

    /** Merges a patch; throws as {@link #patchReported} does. */
    DesiredChange patchDesired(String json) {
        Map<String, Object> patch = checked(json);
        changeDesired(desired.patched(patch, clock.instant(), true));
        return new DesiredChange(desired.version(), patch);
    }

    /** The device is told all of the new properties. Throws as {@link #patchReported} does. */
    DesiredChange replaceDesired(String json) {
        changeDesired(desired.replaced(checked(json), clock.instant(), true));
        return new DesiredChange(desired.version(), desired.values());
    }

    private void changeDesired(TwinSection changed) {
        TwinLimits.checkSize("desired properties", changed.values(), TwinLimits.MAX_PROPERTIES_SIZE);
        desired = changed;
        version++;
        keeper.accept(this);
    }

    /** Merges a patch; throws as {@link #patchReported} does. */
    void patchTags(String json) {
        Map<String, Object> patched = TwinSection.merge(tags, checked(json));
        TwinLimits.checkSize("tags", patched, TwinLimits.MAX_TAGS_SIZE);
        tags = patched;
        version++;
        keeper.accept(this);
    }

    /**
     * Merges patches of the service side as one change, both or neither; null leaves a section as it is. Returns what the device is to
     * be told, null for nothing. Throws as {@link #patchReported} does.
     */
    DesiredChange patch(Map<String, Object> tagsPatch, Map<String, Object> desiredPatch) {
        Map<String, Object> newTags = tagsPatch == null ? tags : TwinSection.merge(tags, checked(tagsPatch));
        TwinSection newDesired =
                desiredPatch == null ? desired : desired.patched(checked(desiredPatch), clock.instant(), true);
        change(newTags, newDesired);
        return desiredPatch == null ? null : new DesiredChange(desired.version(), desiredPatch);
    }

    /** As {@link #patch}, with what is to be there afterwards. */
    DesiredChange replace(Map<String, Object> allTags, Map<String, Object> allDesired) {
        Map<String, Object> newTags = allTags == null ? tags : TwinSection.merge(Map.of(), checked(allTags));
        TwinSection newDesired =
                allDesired == null ? desired : desired.replaced(checked(allDesired), clock.instant(), true);
        change(newTags, newDesired);
        return allDesired == null ? null : new DesiredChange(desired.version(), desired.values());
    }

    private void change(Map<String, Object> newTags, TwinSection newDesired) {
        TwinLimits.checkSize("tags", newTags, TwinLimits.MAX_TAGS_SIZE);
        TwinLimits.checkSize("desired properties", newDesired.values(), TwinLimits.MAX_PROPERTIES_SIZE);
        tags = newTags;
        desired = newDesired;
        version++;
        keeper.accept(this);
    }

    private Map<String, Object> checked(String json) {
        return checked(Json.parseObject(json));
    }

    private Map<String, Object> checked(Map<String, Object> patch) {
        TwinLimits.check(patch, settings.twinArrays());
        return patch;
    }

    /** All that is to survive the hub. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("version", version);
        state.put("modelId", modelId);
        state.put("lastActivity", lastActivity == null ? null : lastActivity.toString());
        state.put("tags", tags);
        state.put("desired", desired.state());
        state.put("reported", reported.state());
        return state;
    }

    /** {@code state} as of {@link #state()}. */
    void restore(Map<String, Object> state) {
        version = ((Number) state.get("version")).longValue();
        modelId = (String) state.get("modelId");
        String activity = (String) state.get("lastActivity");
        lastActivity = activity == null ? null : Instant.parse(activity);
        tags = Json.object(state.get("tags"));
        desired = TwinSection.restored(Json.object(state.get("desired")));
        reported = TwinSection.restored(Json.object(state.get("reported")));
    }

    /** Tells the watcher the reported properties as they are, and from then on each new state. */
    void watchReported(Consumer<Map<String, Object>> watcher) {
        watchers.add(watcher);
        watcher.accept(reported.values());
    }

    void unwatchReported(Consumer<Map<String, Object>> watcher) {
        watchers.remove(watcher);
    }
}
