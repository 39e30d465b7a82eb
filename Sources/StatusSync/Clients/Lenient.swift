/// Decodes any value: one of another kind is as good as none.
struct Lenient<Value: Decodable>: Decodable {
  var value: Value?

  init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}

extension Optional {
  /// False where there is a value of another kind; absent and null are as good as any.
  func isReadable<Value>() -> Bool where Wrapped == Lenient<Value> {
    map { $0.value != nil } ?? true
  }
}
