/// Decodes any value; one of another kind counts as absent.
package struct Lenient<Value: Decodable>: Decodable {
  package var value: Value?

  package init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}

extension Optional {
  /// False where there is a value of another kind.
  func isReadable<Value>() -> Bool where Wrapped == Lenient<Value> {
    map { $0.value != nil } ?? true
  }
}
