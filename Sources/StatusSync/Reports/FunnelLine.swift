/// One step of the funnel, for terminals.
public struct FunnelLine: Codable, Sendable, Equatable {
  public var status: String
  public var reached: Int
}
