/// The two systems whose leads are kept the same.
package enum UpstreamSystem: String, Codable, Sendable, CaseIterable {
  case resman, domiq
}
