/// Every output file with its columns, defined once.
///
/// CSV headers, the statements that read the rows, `datapackage.json`, `reports/README.md` and the
/// page's glossary all come from here, so that they agree.
package enum DataDictionary {
  /// The files in the order they are listed to readers.
  package static let files: [OutputFile] = [
    funnel, timeInStatus, conversion, transitions, daily, distribution, delivery, performance,
    changes, anomalies, stalled, restatements, dataQuality, cohorts, sources, lostReasons, tours,
    agents, drift, driftAlarms, review,
    unanswered, weeks, curves, alerts, leads,
  ]

  /// The columns that every `metric_…` file starts with.
  package static let scope: [OutputColumn] = [
    .instant("as_of", "The instant the figures are pinned to; nothing later is counted."),
    .instant("window_start", "Start of the window, included."),
    .instant("window_end", "End of the window, excluded."),
    .text("scope", "portfolio: all properties together; property: one."),
    .uuid(
      "property_id", "The property.",
      null: "the portfolio, or leads without a known property"),
    .text("property_name", "Its name.", null: "the portfolio, or a property without a name"),
  ]

  private static let scopeKey = ["as_of", "window_start", "window_end", "scope", "property_id"]

  /// A file over a `metric_…` table: the shared columns, then its own.
  ///
  /// - Parameters:
  ///   - key: the columns that identify a row besides the scope.
  ///   - sort: the order within one scope and property; the key's own order unless given.
  package static func metric(
    _ name: String, _ title: String, grain: String, key: [String], sort: [SortKey],
    _ columns: [OutputColumn]
  ) -> OutputFile {
    OutputFile(
      name: "\(name).csv", title: title, grain: grain, source: .metric("metric_\(name)"),
      columns: scope + columns, key: scopeKey + key,
      sort: scopeKey.map(SortKey.ascending) + sort)
  }

  /// The 95 % interval of a rate, as two columns.
  package static func interval(of rate: String, prefix: String = "", null: String) -> [OutputColumn]
  {
    [
      .rate("\(prefix)lo95", "Lower end of the 95 % Wilson interval of \(rate).", null: null),
      .rate("\(prefix)hi95", "Upper end of the 95 % Wilson interval of \(rate).", null: null),
    ]
  }
}
