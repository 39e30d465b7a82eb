import Leads

extension UpdateContext {
  /// Null where the JSON has none of it.
  init?(json: String?) {
    guard let json, let context: UpdateContext = try? RowJSON.decode(json),
      context != UpdateContext()
    else { return nil }
    self = context
  }
}
