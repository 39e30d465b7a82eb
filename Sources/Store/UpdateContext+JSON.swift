import Leads

extension UpdateContext {
  /// Null where the JSON has none of it.
  package init?(json: String?) {
    guard let json, let context: UpdateContext = try? JSON.decode(json),
      context != UpdateContext()
    else { return nil }
    self = context
  }
}
