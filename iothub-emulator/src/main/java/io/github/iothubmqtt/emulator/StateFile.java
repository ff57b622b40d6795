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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store in a file that only grows: one line of JSON for each change, {@code ["key",{…}]} or {@code ["key"]} for what was removed. What
 * was put is in the file when {@code put} returns, so it survives the end of the process at any moment; a line that was cut off in the
 * middle is as if it was never begun. It is not forced to the disk: what the machine itself loses is lost. Now and then the file is
 * written anew without what is outdated, and takes the old one's place in one step. Thread-safe.
 */
final class StateFile implements StateStore {

    private static final String NAME = "hub-state.jsonl";
    /** Below this size nobody minds what is outdated. */
    private static final long SMALL = 1024 * 1024;

    private record Place(long offset, int length) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Path file;
    private final FileChannel lockChannel;
    /** Where the valid line of each key is. */
    private final Map<String, Place> places = new LinkedHashMap<>();

    private FileChannel channel;
    private long end;
    private long validBytes;
    private boolean closed;

    private StateFile(Path file, FileChannel lockChannel) {
        this.file = file;
        this.lockChannel = lockChannel;
    }

    /**
     * Opens the store in a directory, which is made if need be, and hands over what it holds.
     *
     * @throws HubStartException with a sentence on what is wrong with the directory
     */
    static StateFile open(Path directory, Map<String, Map<String, Object>> contents) {
        try {
            Files.createDirectories(directory);
            StateFile opened = new StateFile(directory.resolve(NAME), locked(directory));
            opened.load(contents);
            return opened;
        } catch (IOException e) {
            throw new HubStartException("The state directory " + directory + " cannot be used: " + reason(e), e);
        }
    }

    /** The messages of these exceptions are mere paths. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access to " + e.getMessage() + " is denied";
        }
        return e instanceof FileAlreadyExistsException ? "it is a file" : e.getMessage();
    }

    private static FileChannel locked(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // The other emulator is in this JVM.
        }
        channel.close();
        throw new HubStartException("The state directory " + directory + " is in use by another emulator", null);
    }

    private void load(Map<String, Map<String, Object>> contents) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, forOwnerOnly());
        }
        byte[] bytes = Files.readAllBytes(file);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                read(start, new String(bytes, start, i - start, StandardCharsets.UTF_8), contents);
                start = i + 1;
            }
        }
        end = start;
        channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.truncate(end);
    }

    private void read(int offset, String line, Map<String, Map<String, Object>> contents) {
        try {
            List<?> entry = (List<?>) Json.parse(line);
            String key = (String) entry.get(0);
            if (entry.size() == 1) {
                contents.remove(key);
                forgetPlace(key);
            } else {
                contents.put(key, Json.object(entry.get(1)));
                setPlace(key, offset, line.getBytes(StandardCharsets.UTF_8).length + 1);
            }
        } catch (HubException | ClassCastException | IndexOutOfBoundsException e) {
            throw new HubStartException(
                    "The state in " + file + " is damaged at byte " + offset + ": move the file away", e);
        }
    }

    /** It holds keys. */
    private FileAttribute<?>[] forOwnerOnly() throws IOException {
        return Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public void put(String key, Map<String, Object> value) {
        lock.lock();
        try {
            if (!closed) {
                long offset = end;
                setPlace(key, offset, append(List.of(key, value)));
                compactIfWorthwhile();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(String key) {
        lock.lock();
        try {
            if (!closed && places.containsKey(key)) {
                append(List.of(key));
                forgetPlace(key);
                compactIfWorthwhile();
            }
        } finally {
            lock.unlock();
        }
    }

    private int append(List<?> entry) {
        ByteBuffer line = ByteBuffer.wrap((Json.write(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        int length = line.remaining();
        try {
            while (line.hasRemaining()) {
                channel.write(line, end + line.position());
            }
        } catch (IOException e) {
            // What was written of the line is overwritten by the next one.
            throw new UncheckedIOException("The hub's state cannot be written to " + file + ": " + e.getMessage(), e);
        }
        end += length;
        return length;
    }

    private void setPlace(String key, long offset, int length) {
        forgetPlace(key);
        places.put(key, new Place(offset, length));
        validBytes += length;
    }

    private void forgetPlace(String key) {
        Place old = places.remove(key);
        if (old != null) {
            validBytes -= old.length();
        }
    }

    private void compactIfWorthwhile() {
        if (end < SMALL || end < 2 * validBytes) {
            return;
        }
        try {
            compact();
        } catch (IOException e) {
            throw new UncheckedIOException("The hub's state cannot be written to " + file + ": " + e.getMessage(), e);
        }
    }

    private void compact() throws IOException {
        Path fresh = file.resolveSibling(NAME + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, forOwnerOnly());
        Map<String, Place> moved = new LinkedHashMap<>();
        long position = 0;
        try (FileChannel to = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            for (Map.Entry<String, Place> entry : new ArrayList<>(places.entrySet())) {
                Place from = entry.getValue();
                ByteBuffer line = ByteBuffer.allocate(from.length());
                while (line.hasRemaining() && channel.read(line, from.offset() + line.position()) >= 0) {
                    // Until the line is whole.
                }
                line.flip();
                while (line.hasRemaining()) {
                    to.write(line);
                }
                moved.put(entry.getKey(), new Place(position, from.length()));
                position += from.length();
            }
            to.force(true);
        }
        channel.close();
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            places.clear();
            places.putAll(moved);
            end = position;
        } finally {
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                channel.force(true);
                channel.close();
                lockChannel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}
