import Foundation
import Leads

/// The state of both systems, as saved in a file between two demos: records, history, and the stored answers by key.
package struct Snapshot: Codable, Sendable {
  package var resman: ResMan.State
  package var domiq: DomIQ.State

  init(resman: ResMan.State, domiq: DomIQ.State) {
    self.resman = resman
    self.domiq = domiq
  }

  /// The systems as a world begins.
  package init(_ world: World) {
    resman = ResMan.State(properties: world.properties, leads: world.resman)
    domiq = DomIQ.State(leads: world.domiq)
  }

  /// Reads a file that holds what `encoded` gave.
  package init(contentsOf path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    self = try JSON.decode(data, as: Snapshot.self)
  }

  /// What a file of it holds; `init(contentsOf:)` reads it.
  package func encoded() throws -> Data { try JSON.data(self) }
}
