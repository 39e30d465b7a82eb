/// Who made a change at its source (docs/contracts.md#resman).
package enum Author: String, Codable, CaseIterable, Sendable {
  case chatbot
  case system
  case resmanUser = "resman_user"

  /// ResMan names its users; any name that is neither the chatbot nor a system counts as a user.
  package init(named name: String?) { self = name.flatMap(Author.init(rawValue:)) ?? .resmanUser }
}
