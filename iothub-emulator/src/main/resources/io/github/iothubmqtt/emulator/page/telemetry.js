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

// Telemetry as it comes, with properties and system properties.

import { fromBase64, hex, isReadable } from './bytes.js';
import { button, byId, element, isSame, isolated, nameOf, time } from './dom.js';
import { Records } from './records.js';

const SHOWN_CHARACTERS = 2000;
const SHOWN_BYTES = 512;

/** What is added is shown; selected() is the device of the filter. */
export function telemetryList(selected) {
  const only = byId('only');
  const inHex = byId('telemetry-hex');
  const pauseButton = byId('pause');
  const count = byId('telemetry-count');

  const records = new Records(byId('telemetry-list'), {
    row: (message) => row(message, inHex.checked),
    weigh: (message) => message.body.length,
    isShown: (message) => !only.checked || isSame(message, selected()),
    onChange: () => {
      count.textContent = records.total ? `${records.total}` : 'none so far';
      pauseButton.setAttribute('aria-pressed', records.isPaused);
      pauseButton.textContent = records.isPaused ? `Resume (${records.waiting} new)` : 'Pause';
    },
  });
  pauseButton.addEventListener('click', () => { records.isPaused = !records.isPaused; });
  byId('telemetry-clear').addEventListener('click', () => records.clear());
  only.addEventListener('change', () => records.redraw());
  inHex.addEventListener('change', () => records.redraw());
  return records;
}

function row(message, inHex) {
  const made = element('li');
  made.append(
    element('div', 'meta', time(message.enqueuedTime), isolated(nameOf(message), 'who data'), element('span', 'faint', `#${message.sequence}`)),
    body(message, inHex),
    ...properties('properties', message.properties),
    system(message));
  return made;
}

function body(message, inHex) {
  if (message.body === '') {
    return element('p', 'faint', 'no body');
  }
  if (!inHex && isReadable(message.bodyText)) {
    return shortened(message.bodyText, SHOWN_CHARACTERS, 'characters', 'data', (text) => text);
  }
  return shortened(fromBase64(message.body), SHOWN_BYTES, 'bytes', 'hex data', hex);
}

/** The first part of something long, and a button that shows the rest. */
function shortened(all, limit, unit, className, toText) {
  const shown = element('pre', className, toText(all.slice(0, limit)));
  if (all.length <= limit) {
    return shown;
  }
  const more = button(`Show all ${all.length} ${unit}`, 'quiet', () => {
    shown.textContent = toText(all);
    more.remove();
  });
  return element('div', '', shown, more);
}

/** Nothing where there are none. */
function properties(className, map) {
  const names = Object.entries(map);
  if (!names.length) {
    return [];
  }
  return [element('ul', `${className} chips`, ...names.map(([name, value]) =>
    element('li', 'data', isolated(name, 'name'), '=', isolated(String(value)))))];
}

function system(message) {
  const details = element('details', '', element('summary', 'faint', 'System properties'));
  // Most are never opened.
  details.addEventListener('toggle', () => {
    if (details.childElementCount === 1) {
      details.append(...properties('system', message.systemProperties), ...properties('annotations', message.annotations));
    }
  });
  return details;
}
