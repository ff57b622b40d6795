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

// The page as a whole: what is chosen, which tab is open, whether the hub is there.

import * as api from './api.js';
import { Devicebound } from './devicebound.js';
import { Devices } from './devices.js';
import { byId, nameOf, say } from './dom.js';
import { eventList } from './events.js';
import { Faults } from './faults.js';
import { follow } from './live.js';
import { Methods } from './methods.js';
import { Tabs } from './tabs.js';
import { telemetryList } from './telemetry.js';
import { Twin } from './twin.js';

const LOOK_EVERY = 1000;

const selected = () => devices.selected;
const telemetry = telemetryList(selected);
const events = eventList(selected);
const twin = new Twin(selected);
const devicebound = new Devicebound(selected);
const methods = new Methods(selected);
const faults = new Faults(selected);
const tabs = new Tabs(() => look());
const devices = new Devices((identity) => {
  methods.forget();
  history.replaceState(null, '', identity ? `#${encodeURIComponent(nameOf(identity))}` : location.pathname);
  byId('only-text').textContent = identity ? `only ${nameOf(identity)}` : 'only the chosen device';
  telemetry.redraw();
  events.redraw();
  look();
});

let isLive = false;
/** A question at a time, and one more when something has happened meanwhile. */
let looking = null;
let lookAgain = false;

/** Asks for what the streams do not tell. What fails is said by the streams, which fail as well, but for the hub's refusals. */
function look() {
  if (!isLive || document.hidden) {
    return;
  }
  if (looking) {
    lookAgain = true;
    return;
  }
  const open = { twin, message: devicebound, faults }[tabs.open];
  looking = Promise.all([devices.refresh(), open?.refresh()])
    .catch((e) => {
      // A device that was removed this moment is no problem, and the streams tell when the hub is away.
      if (e.status !== 404 && e.status !== 0) {
        show(e.message);
      }
    })
    .finally(() => {
      looking = null;
      if (lookAgain) {
        lookAgain = false;
        look();
      }
    });
}

function show(problem) {
  say(byId('banner'), problem);
}

function setState(state) {
  byId('state').dataset.state = state;
  byId('state').textContent = { live: 'live', lost: 'not connected' }[state];
}

/** Fails with the reason when the reader gives none. */
function askForToken(reason) {
  const dialog = byId('token-dialog');
  const field = byId('token');
  byId('token-reason').textContent = reason;
  field.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.addEventListener('close', () => {
      const given = dialog.returnValue === 'given' ? field.value.trim() : '';
      field.value = '';
      if (given) {
        resolve(given);
      } else {
        reject(new Error(reason));
      }
    }, { once: true });
  });
}

function chosenByAddress() {
  try {
    const [deviceId, moduleId] = decodeURIComponent(location.hash.slice(1)).split('/');
    return deviceId ? { deviceId, moduleId } : null;
  } catch {
    return null;
  }
}

api.getTokensBy(askForToken);
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  byId('token-dialog').close('given');
});
byId('token-cancel').addEventListener('click', () => byId('token-dialog').close());
byId('only-text').textContent = 'only the chosen device';
setInterval(look, LOOK_EVERY);

let isFirst = true;
follow({
  onNewHub() {
    telemetry.clear();
    events.clear();
  },
  async onLive(hub) {
    isLive = true;
    byId('hub-name').textContent = hub.hostName;
    document.title = `${hub.hostName} – IoT Hub emulator`;
    setState('live');
    show(null);
    if (isFirst) {
      isFirst = false;
      const chosen = chosenByAddress();
      await devices.refresh().catch((e) => show(e.message));
      if (chosen) {
        devices.select(chosen);
      }
    }
    look();
  },
  onLost(sentence) {
    isLive = false;
    setState('lost');
    show(`${sentence} This page tries again by itself.`);
  },
  onTelemetry: (message) => telemetry.add(message),
  onEvent(event) {
    events.add(event);
    look();
  },
});
