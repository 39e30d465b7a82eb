import Foundation
import Leads
import StatusSync

/// What one size came to.
struct RunFigures: Sendable {
  struct Run: Sendable {
    /// Seconds by stage.
    var stages: [String: Double]
    var verdicts: [String: Int]
    /// Of the job, in MB.
    var peakMB: Double

    func seconds(_ stages: [String]) -> Double {
      stages.reduce(0) { $0 + (self.stages[$1] ?? 0) }
    }
  }

  static let names = ["first", "second", "established", "moved"]
  static let stages = [
    "recover", "pull", "diff", "plan", "backfill", "take", "alarms", "guard", "repair", "measure",
    "report",
  ]
  /// What the floor stands for, and a whole night without its figures.
  static let comparing = ["pull", "diff", "plan"]
  static let writing = stages.filter { $0 != "measure" && $0 != "report" }

  let leads: Int
  var nights: [String: Run] = [:]
  var slowest: [String: [SlowStatements.Statement]] = [:]
  /// Measured between the nights.
  var floors: [Double] = []

  /// The median.
  var floor: Double { floors.sorted()[floors.count / 2] }

  /// How often the floor fits into stages of a night.
  func ratio(_ night: String, _ stages: [String]) -> Double {
    (nights[night]?.seconds(stages) ?? 0) / floor
  }

  /// Prints the stages, what they grew by against a smaller size, and the slowest statements.
  func show(against smaller: RunFigures) {
    let header = ["stage"] + Self.names.flatMap { [$0, "growth"] }
    var rows = Self.stages.map { stage in
      [stage] + Self.names.flatMap { [text(seconds($0, stage)), growth($0, stage, smaller)] }
    }
    rows.append(["peak MB"] + Self.names.flatMap { [text(nights[$0]?.peakMB ?? 0), ""] })
    let times = Double(leads) / Double(smaller.leads)
    print("\(leads) leads a side; growth against \(smaller.leads), \(text(times)) times fewer")
    print(Terminal.table(header, rows))
    print("floor \(text(floor)) s, at \(smaller.leads) leads \(text(smaller.floor)) s")
    for name in ["first", "second"] {
      print("\nslowest statements of the \(name) night")
      print(
        Terminal.table(
          ["seconds", "calls", "statement"],
          (slowest[name] ?? []).map { [text($0.seconds), "\($0.calls)", $0.text] }))
    }
  }

  /// Everything as one JSON object on one line.
  func json(against smaller: RunFigures) throws -> String {
    return try JSON.encode(Object(self, smaller))
  }

  private func seconds(_ night: String, _ stage: String) -> Double {
    nights[night]?.stages[stage] ?? 0
  }

  private func growth(_ night: String, _ stage: String, _ smaller: RunFigures) -> String {
    // Below a tenth of a second a stage is mostly its fixed costs.
    guard seconds(night, stage) >= 0.1 else { return "" }
    return "× " + text(seconds(night, stage) / max(smaller.seconds(night, stage), 0.001))
  }

  private func text(_ value: Double) -> String { rounded(value) }

  private struct Object: Encodable {
    var leads: Int
    var floor_seconds: Double
    /// Pull, diff and plan of the night right after onboarding, by the floor.
    var ratio: Double
    var ratio_with_statistics: Double
    /// All stages of the first night but measure and report, by the floor.
    var first_night_ratio: Double
    /// The longest stage of the night on which one property moved.
    var moved_longest_stage_seconds: Double
    var peak_rss_mb: [String: Double]
    var verdicts: [String: [String: Int]]
    var seconds: [String: [String: Double]]
    var seconds_of_fewer: [String: [String: Double]]
    var fewer: Int
    var slowest: [String: [SlowStatements.Statement]]

    init(_ figures: RunFigures, _ smaller: RunFigures) {
      leads = figures.leads
      floor_seconds = figures.floor
      ratio = figures.ratio("second", RunFigures.comparing)
      ratio_with_statistics = figures.ratio("established", RunFigures.comparing)
      first_night_ratio = figures.ratio("first", RunFigures.writing)
      moved_longest_stage_seconds =
        RunFigures.writing.map { figures.seconds("moved", $0) }.max() ?? 0
      peak_rss_mb = figures.nights.mapValues(\.peakMB)
      verdicts = figures.nights.mapValues(\.verdicts)
      seconds = figures.nights.mapValues(\.stages)
      seconds_of_fewer = smaller.nights.mapValues(\.stages)
      fewer = smaller.leads
      slowest = figures.slowest
    }
  }
}
