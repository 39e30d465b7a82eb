import Foundation

/// Everything both systems hold at one moment, as it is kept in a file between two demos: records,
/// history, and what was answered to which key.
public struct Snapshot: Codable, Sendable {
  public var resman: ResMan.State
  public var domiq: DomIQ.State

  init(resman: ResMan.State, domiq: DomIQ.State) {
    self.resman = resman
    self.domiq = domiq
  }

  /// The systems as a world begins.
  public init(_ world: World) {
    resman = ResMan.State(properties: world.properties, leads: world.resman)
    domiq = DomIQ.State(leads: world.domiq)
  }

  /// Reads a file written by `save`.
  public init(contentsOf path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    self = try JSONDecoder().decode(Snapshot.self, from: data)
  }

  /// Writes a file, whole or not at all.
  public func save(to path: String) throws {
    try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
