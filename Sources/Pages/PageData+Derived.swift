import Leads

/// Values derived from the figures, computed once for all parts of the page.
extension PageData {
  /// The figures of performance.csv that the page speaks of.
  enum FigureName: String {
    case responseMedian = "km_median_response_time"
    case responseWithin5Minutes = "response_within_5m"
    case quickInOfficeHours = "response_within_1h_office_hours"
    case quickInOtherHours = "response_within_1h_other_hours"
  }

  /// The figure of that name; nil where the table has none.
  func figure(_ name: FigureName) -> Figure? { figures[name.rawValue] }

  /// The funnel that the page draws: mature leads if there are at least 30 of them, otherwise every lead,
  /// marked as still changing.
  var shownFunnel: (steps: [FunnelStep], isMature: Bool) {
    let mature = funnel["mature"] ?? []
    if let first = mature.first, first.reached >= Self.enough { return (mature, true) }
    return (funnel["all"] ?? [], false)
  }

  /// The portfolio's share of new leads that have leased, of leads of the maturity that `shownFunnel` has; nil: not known.
  var portfolioRate: Double? {
    let shown = shownFunnel
    if let portfolioRates { return portfolioRates[shown.isMature ? "mature" : "all"] }
    return shown.steps.last.flatMap { $0.status == "leased" ? $0.overallRate : nil }
  }

  /// With fewer leads a share is not compared (docs/figures.md#files).
  static let enough = 30

  /// Deliveries of one kind added up; nil where nothing was due, so that there is no rate.
  func delivered(kind: String) -> (delivered: Int, due: Int)? {
    var (delivered, due) = (0, 0)
    for row in deliveries where row.kind == kind {
      delivered += row.delivered ?? 0
      due += (row.delivered ?? 0) + (row.failed ?? 0) + (row.bounced ?? 0) + (row.expired ?? 0)
    }
    return due > 0 ? (delivered, due) : nil
  }

  /// A flaw of the input, by name.
  func flaw(_ issue: String) -> Flaw? { quality.first { $0.issue == issue } }

  /// The change against the window before, if it was tested.
  func change(_ metric: String, status: String? = nil) -> Change? {
    changes.first { $0.metric == metric && $0.status == status }
  }
}

extension PageData.Property {
  /// How the property compares with the portfolio, as far as its interval tells.
  enum Reading: String {
    case below = "below the portfolio"
    case tooFew = "too few leads to tell"
    case noClearDifference = "no clear difference"
    case above = "above the portfolio"
  }

  /// The reading against the portfolio's rate; nil rate: nothing to compare with.
  func reading(against portfolio: Double?) -> Reading {
    guard leads >= PageData.enough, let low, let high, let portfolio else { return .tooFew }
    if high < portfolio { return .below }
    return low > portfolio ? .above : .noClearDifference
  }
}
