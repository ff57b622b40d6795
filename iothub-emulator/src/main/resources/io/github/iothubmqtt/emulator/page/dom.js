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

// Makes elements out of text. What comes from devices and callers becomes a text node or the value of an attribute, never markup.

export const byId = (id) => document.getElementById(id);

/** An element with a class, or none, and children that are elements or text. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** A button that does this when it is pressed. */
export function button(text, className, press) {
  const made = element('button', className, text);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

/** Text that must not turn the direction of what stands around it. */
export const isolated = (text, className) => element('bdi', className, text);

/** Changes the text only where it is another, so that what a reader has marked stays marked. */
export function setText(place, text) {
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

const drawn = new WeakMap();

/** Fills a list anew, unless it shows just this already: a reader may be about to press a button in it. */
export function fill(list, shown, rows) {
  const key = JSON.stringify(shown);
  if (drawn.get(list) !== key) {
    drawn.set(list, key);
    list.replaceChildren(...rows());
  }
}

/** Shows a sentence in its place, or hides the place when there is none. */
export function say(place, sentence) {
  place.textContent = sentence ?? '';
  place.hidden = !sentence;
}

/** The time of day in this time zone, with the whole moment to be pointed at. */
export function time(instant) {
  const made = element('time', 'faint');
  const moment = new Date(instant);
  const part = (number, digits) => String(number).padStart(digits, '0');
  made.dateTime = instant;
  made.title = instant;
  made.textContent = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((each) => part(each, 2)).join(':')
    + '.' + part(moment.getMilliseconds(), 3);
  return made;
}

export const nameOf = (identity) =>
  identity.moduleId ? `${identity.deviceId}/${identity.moduleId}` : identity.deviceId ?? '';

export const isSame = (one, other) => Boolean(one && other && nameOf(one) === nameOf(other));

/** What a form is to do. It says what went wrong, and cannot be pressed twice at a time. */
export function onSubmit(form, problem, action) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll('button')].filter((each) => !each.disabled);
    say(problem);
    buttons.forEach((each) => { each.disabled = true; });
    try {
      await action(new FormData(form), event.submitter);
    } catch (e) {
      say(problem, e.message);
    } finally {
      buttons.forEach((each) => { each.disabled = false; });
    }
  });
}

/** The same for a button that stands alone. */
export function onPress(pressed, problem, action) {
  pressed.addEventListener('click', async () => {
    say(problem);
    pressed.disabled = true;
    try {
      await action();
    } catch (e) {
      say(problem, e.message);
    } finally {
      pressed.disabled = false;
    }
  });
}
