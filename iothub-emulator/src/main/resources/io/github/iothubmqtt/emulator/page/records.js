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

// A list of records, the newest first, that stays small however many come.

const LIMIT = 300;
const MAX_WEIGHT = 8 * 1024 * 1024;
const PER_RENDERING = 200;

/** Draws at most a few times a second, and nothing while it is paused. */
export class Records {
  #list;
  #row;
  #weigh;
  #isShown;
  #onChange;
  #records = [];
  #fresh = [];
  #weight = 0;
  #total = 0;
  #paused = false;
  #due = null;

  /** row(record) makes the element, weigh(record) is about how many bytes it holds, isShown(record) is the filter. */
  constructor(list, { row, weigh = () => 0, isShown = () => true, onChange = () => {} }) {
    this.#list = list;
    this.#row = row;
    this.#weigh = weigh;
    this.#isShown = isShown;
    this.#onChange = onChange;
  }

  /** How many have come since the last clear(). */
  get total() {
    return this.#total;
  }

  /** How many of those that wait for the end of the pause are there still. */
  get waiting() {
    return this.#fresh.length;
  }

  get isPaused() {
    return this.#paused;
  }

  set isPaused(value) {
    this.#paused = value;
    this.#draw();
  }

  add(record) {
    this.#fresh.push(record);
    this.#records.push(record);
    this.#weight += this.#weigh(record);
    this.#total++;
    while (this.#records.length > LIMIT || (this.#weight > MAX_WEIGHT && this.#records.length > 1)) {
      this.#weight -= this.#weigh(this.#records.shift());
    }
    if (this.#fresh.length > this.#records.length) {
      this.#fresh.shift();
    }
    this.#due ??= setTimeout(() => this.#draw(), PER_RENDERING);
  }

  clear() {
    this.#records = [];
    this.#weight = 0;
    this.#total = 0;
    this.redraw();
  }

  /** The filter or the way of showing has changed. */
  redraw() {
    this.#fresh = [];
    const rows = this.#records.filter(this.#isShown).reverse().map(this.#row);
    this.#list.replaceChildren(...rows);
    this.#onChange();
  }

  #draw() {
    clearTimeout(this.#due);
    this.#due = null;
    if (!this.#paused) {
      const rows = this.#fresh.filter(this.#isShown).reverse().map(this.#row);
      this.#fresh = [];
      this.#list.prepend(...rows);
      while (this.#list.childElementCount > this.#records.length) {
        this.#list.lastElementChild.remove();
      }
    }
    this.#onChange();
  }
}
