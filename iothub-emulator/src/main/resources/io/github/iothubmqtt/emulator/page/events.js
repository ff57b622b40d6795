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

// The hub's log: who came, who went, who was refused, and why.

import { byId, element, isSame, isolated, nameOf, time } from './dom.js';
import { Records } from './records.js';

/** What is added is shown; selected() is the device of the filter that telemetry has, too. */
export function eventList(selected) {
  const only = byId('only');
  const count = byId('events-count');
  const records = new Records(byId('event-list'), {
    row,
    isShown: (event) => !only.checked || isSame(event, selected()),
    onChange: () => { count.textContent = records.total ? `${records.total}` : 'none so far'; },
  });
  only.addEventListener('change', () => records.redraw());
  return records;
}

function row(event) {
  const made = element('li', 'event');
  made.dataset.kind = event.kind;
  made.append(
    time(event.time),
    element('span', 'kind', event.kind.toLowerCase()),
    isolated(nameOf(event), 'who data'),
    isolated(event.logCode ? `${event.logCode}: ${event.description}` : event.description, 'what'));
  return made;
}
