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

// JSON that keeps numbers as they were written: twins may hold integers that JavaScript's numbers cannot.

/** Numbers that would change stay what they were, where the browser is able to. */
export function parse(text) {
  return JSON.parse(text, (key, value, context) =>
    typeof value === 'number' && context?.source && JSON.rawJSON && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value);
}

export const pretty = (value) => JSON.stringify(value, null, 2);

/** Text that somebody has typed and that is JSON; it is to be sent as it is. */
export function checked(text, what, isAllowed = () => true) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (e) {
    throw new Error(`${what} must be JSON: ${e.message}`);
  }
  if (!isAllowed(value)) {
    throw new Error(`${what} must be a JSON object, such as {"interval": 5}`);
  }
  return text;
}

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
