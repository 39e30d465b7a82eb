/// One step of the funnel, for terminals.
package struct FunnelLine: Codable, Sendable, Equatable {
  package var status: String
  package var reached: Int
}
