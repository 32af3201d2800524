/** What could not be read or believed, with the stable code of docs/errors.md. */
export class Refusal extends Error {
  constructor(code, detail = code) {
    super(detail);
    this.code = code;
  }
}
