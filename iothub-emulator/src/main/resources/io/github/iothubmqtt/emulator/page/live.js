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

// Keeps the page and the hub together: follows the hub's streams, and finds it again when it was away.

import * as api from './api.js';

const SHOWN_AT_FIRST = 100;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 4000;

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Browsers allow a page few connections, and all pages of one hub share them: who is not looked at gives his back. */
const visible = () => new Promise((resolve) => {
  const look = () => {
    if (!document.hidden) {
      document.removeEventListener('visibilitychange', look);
      resolve();
    }
  };
  document.addEventListener('visibilitychange', look);
  look();
});

/**
 * Never ends. listener has: onNewHub() when what was shown is of another run of the hub, onLive(hub), onLost(sentence),
 * onTelemetry(message), onEvent(event).
 */
export async function follow(listener) {
  let instance = null;
  const last = { telemetry: 0, events: 0 };
  let wait = FIRST_WAIT;
  for (;;) {
    await visible();
    const end = new AbortController();
    const hide = () => document.hidden && end.abort();
    try {
      const hub = await api.get('/hub');
      if (hub.instance !== instance) {
        instance = hub.instance;
        last.telemetry = Math.max(0, hub.telemetry - SHOWN_AT_FIRST);
        last.events = Math.max(0, hub.events - SHOWN_AT_FIRST);
        listener.onNewHub();
      }
      listener.onLive(hub);
      wait = FIRST_WAIT;
      document.addEventListener('visibilitychange', hide);
      await Promise.race([
        api.stream(`/telemetry/stream?after=${last.telemetry}`, end.signal, (number, message) => {
          last.telemetry = number;
          listener.onTelemetry(message);
        }),
        api.stream(`/events/stream?after=${last.events}`, end.signal, (number, event) => {
          last.events = number;
          listener.onEvent(event);
        }),
      ]);
      listener.onLost('The hub has closed the connection.');
    } catch (e) {
      if (!end.signal.aborted) {
        listener.onLost(e.message);
      }
    } finally {
      document.removeEventListener('visibilitychange', hide);
      end.abort();
    }
    if (!document.hidden) {
      await pause(wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
  }
}
