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

// Tabs that the arrow keys walk through, as keyboards and screen readers know them.

/** onOpen() is told when another tab was opened. */
export class Tabs {
  #tabs = [...document.querySelectorAll('[role=tab]')];
  #onOpen;

  constructor(onOpen) {
    this.#tabs.forEach((tab, at) => {
      tab.addEventListener('click', () => this.#open(tab));
      tab.addEventListener('keydown', (event) => {
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: this.#tabs.length - 1 }[event.key];
        if (to !== undefined) {
          event.preventDefault();
          const next = this.#tabs.at(to % this.#tabs.length);
          next.focus();
          this.#open(next);
        }
      });
    });
    this.#open(this.#tabs[0]);
    this.#onOpen = onOpen;
  }

  /** The id of the panel that is shown. */
  get open() {
    return this.#tabs.find((tab) => tab.getAttribute('aria-selected') === 'true').getAttribute('aria-controls');
  }

  #open(chosen) {
    this.#tabs.forEach((tab) => {
      const isChosen = tab === chosen;
      tab.setAttribute('aria-selected', isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute('aria-controls')).hidden = !isChosen;
    });
    this.#onOpen?.();
  }
}
