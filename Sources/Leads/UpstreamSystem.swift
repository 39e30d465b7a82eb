/// The two systems whose leads are kept the same.
public enum UpstreamSystem: String, Codable, Sendable, CaseIterable {
  case resman, domiq
}
