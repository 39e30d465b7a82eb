import Foundation
import Leads
import Testing

@testable import Outputs  // uses `readme`, internal
import Reports

@Suite("Data dictionary") struct DataDictionaryTests {
  @Test("reports/README.md is what the dictionary says")
  func readme() throws {
    try Golden.check(DataDictionary.readme, equals: "reports/README.md")
  }

  @Test("names are unique, and keys and orders name columns", arguments: DataDictionary.files)
  func consistent(file: OutputFile) {
    let names = file.columns.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(file.key).isSubset(of: names))
    #expect(Set(file.sort.map(\.column)).isSubset(of: names))
    #expect(
      Set(file.key).isSubset(of: file.sort.map(\.column)), "the order is total only with the key")
  }

  @Test("every column is described in one sentence", arguments: DataDictionary.files)
  func described(file: OutputFile) {
    for column in file.columns {
      #expect(column.description.hasSuffix("."), "\(file.name) \(column.name)")
      #expect(column.null?.hasSuffix(".") != true, "\(file.name) \(column.name)")
    }
  }

  @Test("each file has its published columns, in their order")
  func columnsOfTheSpecification() {
    let expected = [
      "funnel.csv":
        "step_order status maturity reached visited skipped step_rate step_lo95 step_hi95 "
        + "overall_rate overall_lo95 overall_hi95 lost open overall_min overall_max",
      "time_in_status.csv":
        "status n_closed n_open mean_seconds km_median_seconds km_lo95_seconds km_hi95_seconds "
        + "p25_seconds p75_seconds p90_seconds rmst_90d_seconds oldest_open_seconds n_in_status",
      "conversion.csv":
        "status entered advanced lost open rate lo95 hi95 advanced_7d advanced_30d advanced_90d",
      "transitions.csv":
        "from_status to_status count leads share lo95 hi95 legal mean_seconds median_seconds "
        + "illegal",
      "daily.csv": "day timezone direction updated_by changes creations failed revised_at",
      "distribution.csv": "day timezone status leads created moved_in moved_out",
      "delivery.csv":
        "kind channel_or_direction delivered failed bounced expired pending suppressed rate lo95 "
        + "hi95 first_attempt_rate",
      "performance.csv": "metric numerator denominator value lo95 hi95 unit note",
      "changes.csv":
        "metric status previous current difference lo95 hi95 p_value q_value verdict",
      "drift.csv":
        "conversation_id base domiq_raw domiq resman_raw resman verdict rule action target hops "
        + "irregular cause outcome reason",
    ]
    for (name, columns) in expected {
      let file = DataDictionary.files.first { $0.name == name }
      let shared =
        name == "drift.csv"
        ? "run_id property_id resman_lead_id"
        : "as_of window_start window_end scope property_id property_name"
      #expect(
        file?.columns.map(\.name).joined(separator: " ") == shared + " " + columns,
        "\(name)")
    }
  }

  @Test("a statement holds nothing but digits and hyphens of its values")
  func literals() throws {
    let run = try #require(UUID(uuidString: "018F0000-0000-7000-8000-00000000000A"))
    let instant = Instant(microseconds: 1_700_000_000_000_000)
    let drift = DataDictionary.drift.select(asOf: instant, runID: run)
    #expect(drift.contains("run_id = uuid '018f0000-0000-7000-8000-00000000000a'"))
    #expect(DataDictionary.drift.select(asOf: instant, runID: nil).contains("where false"))
    let funnel = DataDictionary.funnel.select(asOf: instant, runID: nil)
    #expect(funnel.contains("as_of = timestamptz '2023-11-14T22:13:20Z'"))
  }
}

extension OutputFile: CustomTestStringConvertible {
  public var testDescription: String { name }
}
