/// What StatusSync writes to one system.
package enum WriteMode: String, Codable, CaseIterable, Sendable {
  /// Every repair that the rules decide on.
  case all
  /// Nothing: the system is only read.
  case none
}

/// What StatusSync writes to both systems: `resman.write` and `domiq.write`. It stands beside the lenses: the rules decide
/// as they always do, and plan, guard, `explain` and the page ask here what becomes of a change.
package struct Writing: Sendable, Equatable {
  package var resman: WriteMode
  package var domiq: WriteMode

  package init(resman: WriteMode = .all, domiq: WriteMode = .all) {
    self.resman = resman
    self.domiq = domiq
  }

  /// Why a change that the rules decided on is not written, without a full stop; nil where it is written, or where the
  /// action writes nothing.
  package func refusal(of action: Action) -> String? {
    switch action {
    case .push: resman == .none ? "resman.write is none" : nil
    case .pull: domiq == .none ? "domiq.write is none" : nil
    case .none, .log, .review: nil
    }
  }
}
