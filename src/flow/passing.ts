/** The same values, each told to `tell` as it is pulled. */
export async function* passing<Value>(
  values: AsyncIterable<Value>,
  tell: (value: Value) => void,
): AsyncGenerator<Value> {
  for await (const value of values) {
    tell(value);
    yield value;
  }
}
