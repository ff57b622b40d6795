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

// Bytes, for eyes.

const PER_LINE = 16;

export const fromBase64 = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Text that shows all there is: no control characters but tabs and ends of lines. */
export const isReadable = (text) => text !== null && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text);

/** Lines of offset, hexadecimal numbers and ASCII. */
export function hex(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const line = [...bytes.subarray(at, at + PER_LINE)];
    const numbers = line.map((each) => each.toString(16).padStart(2, '0')).join(' ');
    const characters = line.map((each) => (each >= 32 && each < 127 ? String.fromCharCode(each) : '.')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${numbers.padEnd(PER_LINE * 3)} ${characters}`);
  }
  return lines.join('\n');
}
