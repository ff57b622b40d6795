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

// The twin of the chosen device: what it reports, and what it is to be.

import * as api from './api.js';
import { byId, isSame, onPress, onSubmit, say, setText } from './dom.js';
import * as json from './json.js';

export class Twin {
  #selected;
  #identity = null;
  #etag = null;
  #version = null;
  /** What the editor was given; it is not overwritten while it holds something else. */
  #given = '';
  #editor = byId('desired');
  #problem = byId('twin-problem');

  constructor(selected) {
    this.#selected = selected;
    onSubmit(byId('twin-form'), this.#problem, async (fields, submitter) => {
      say(byId('twin-done'));
      const desired = json.checked(this.#editor.value, 'The desired properties', json.isObject);
      const merge = submitter?.value !== 'PUT';
      try {
        await api.sendText(merge ? 'PATCH' : 'PUT', `${api.pathOf(this.#identity)}/twin`,
          `{"properties":{"desired":${desired}}}`, { 'If-Match': `"${this.#etag}"` });
      } catch (e) {
        throw e.status === 412
          ? new Error('The twin was changed by somebody else meanwhile. Reload it, which drops what you have written here.')
          : e;
      }
      await this.load();
      say(byId('twin-done'), merge ? 'Merged.' : 'Replaced.');
    });
    onPress(byId('twin-reload'), this.#problem, () => {
      say(byId('twin-done'));
      return this.load();
    });
  }

  /** Shows the twin as it is, also in the editor. */
  async load() {
    this.#given = this.#editor.value;
    await this.refresh();
  }

  /** Shows the twin as it is, but leaves what was typed alone, and with it the version that was typed upon. */
  async refresh() {
    const identity = this.#selected();
    if (!isSame(identity, this.#identity)) {
      this.#identity = identity;
      this.#editor.value = '';
      this.#given = '';
      say(this.#problem);
      say(byId('twin-done'));
    }
    byId('twin-form').inert = !identity;
    if (!identity) {
      this.#draw({ desired: {}, reported: {} }, {}, '');
      setText(byId('twin-version'), '');
      return;
    }
    const twin = json.parse(await (await api.getResponse(`${api.pathOf(identity)}/twin`)).text());
    if (isSame(identity, this.#selected())) {
      this.#draw(twin.properties, twin.tags, twin.etag);
      const isOld = twin.etag !== this.#etag;
      setText(byId('twin-version'), `twin version ${twin.version} · etag ${twin.etag}${isOld ? ' · changed since you began to type' : ''}`);
    }
  }

  #draw(properties, tags, etag) {
    const desired = withoutSystem(properties.desired);
    if (this.#editor.value === this.#given) {
      this.#given = json.pretty(desired);
      this.#editor.value = this.#given;
      this.#etag = etag;
      this.#version = properties.desired.$version;
    }
    setText(byId('reported'), json.pretty(withoutSystem(properties.reported)));
    setText(byId('reported-version'), properties.reported.$version ? `version ${properties.reported.$version}` : '');
    setText(byId('tags'), json.pretty(tags));
    const label = this.#version ? `Desired properties, version ${this.#version}` : 'Desired properties';
    setText(document.querySelector('label[for=desired]'), label);
  }
}

function withoutSystem(section) {
  const { $metadata, $version, ...own } = section;
  return own;
}
