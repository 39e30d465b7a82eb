import Foundation

/// The key of a figure: a status, or none, of one property or of the portfolio.
package struct FigureKey: Hashable, Comparable {
  /// `property` or `portfolio`.
  package var scope: String
  /// `measure_scope.key`: the property; the nil UUID for the portfolio and for no known property.
  package var key: UUID
  package var status: String?

  /// Of a property.
  package init(_ property: UUID?, _ status: String?) {
    self.init(scope: "property", key: property ?? Self.none, status: status)
  }

  package init(scope: String, key: UUID, status: String?) {
    (self.scope, self.key, self.status) = (scope, key, status)
  }

  /// The portfolio, no status.
  package static let portfolio = FigureKey(scope: "portfolio", key: none, status: nil)

  /// The same of no status.
  package var ofScope: FigureKey { FigureKey(scope: scope, key: key, status: nil) }

  /// The same of the portfolio.
  package var ofPortfolio: FigureKey {
    FigureKey(scope: "portfolio", key: Self.none, status: status)
  }

  private static let none = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  package static func < (a: Self, b: Self) -> Bool {
    (a.scope, a.key, a.status ?? "") < (b.scope, b.key, b.status ?? "")
  }
}

/// What a curve is about: a status of at least a rank, from the creation of a lead on.
package enum CurveName: String, CaseIterable {
  case tour, lease

  package var rank: Int32 { self == .tour ? 3 : 5 }

  /// The days after its creation at which a curve is written down.
  package static let days =
    Array(1...14) + stride(from: 16, through: 30, by: 2) + stride(from: 35, through: 90, by: 5)
}
