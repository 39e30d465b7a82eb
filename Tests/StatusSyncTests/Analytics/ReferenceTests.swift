import Foundation
import Testing

@testable import Statistics  // uses `chiSquared`, `wilson`, internal

/// Our figures compared with those of R, lifelines, SciPy, statsmodels, DuckDB and pm4py, on their example data
/// or on published data. The expected values are in `Reference/*.tsv`, each with the script that computes them
/// and names the versions.
@Suite struct ReferenceTests {
  /// The files of expected values, and by what.
  static let files: [(name: String, program: String)] = [
    ("statistics-R", "R"), ("statistics-python", "Python"), ("figures-R", "R"),
    ("figures-duckdb", "DuckDB"), ("figures-pm4py", "pm4py"),
  ]

  @Test(arguments: files)
  func agreesWithOtherPrograms(name: String, program: String) async throws {
    let lines = try Self.lines(of: "\(name).tsv")
    #expect(lines.count > 20)
    for cells in lines {
      let line = "\(program): \(cells.joined(separator: "\t"))"
      let expected = Double(cells[1])
      let ours = try await figure(cells[0])
      if cells[1] == "NA" {
        #expect(ours == nil, "\(line)")
      } else {
        let theirs = try #require(expected, "\(line)")
        let value = try #require(ours, "\(line)")
        // A relative difference, and an absolute one only where the reference has a rounding error instead of
        // 0.
        #expect(
          abs(value - theirs) <= max(1e-9 * abs(theirs), 1e-15), "\(line), ours \(value)")
      }
    }
  }

  /// The cells of each line of a file; of expected values the name and the value.
  static func lines(of name: String, separator: Character = "\t") throws -> [[String]] {
    let file = Golden.root.appending(path: "Tests/StatusSyncTests/Analytics/Reference/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: separator).map(String.init) }
  }

  /// The names of all figures that are compared.
  static var names: [String] {
    get throws { try files.flatMap { try lines(of: "\($0.name).tsv") }.map { $0[0] } }
  }

  /// What each name begins with, and what is compared under it on which data.
  private static let parts: [(prefix: String, title: String)] = [
    ("aml", "Time in status: acute myelogenous leukemia, 23 patients (R's `survival`)"),
    (
      "veteran",
      "Time in status: lung cancer trial of the Veterans' Administration, 137 patients (R's `survival`)"
    ),
    ("lung", "Time in status: advanced lung cancer, 228 patients (R's `survival`)"),
    ("waltons", "Time in status: Walton's fruit flies, 163 flies (lifelines)"),
    ("logrank", "Two groups' times compared: the log-rank test"),
    (
      "pbc",
      "Share that reached a status by a day: primary biliary cholangitis, 418 patients, transplant and death competing (R's `survival`)"
    ),
    ("wilson", "Interval of a rate: Wilson"),
    ("newcombe", "Interval of the difference of two rates: Newcombe"),
    ("pooled", "Test of two rates"), ("poisson", "Test and interval of two counts"),
    ("binomial", "Tail of the binomial distribution"),
    ("bh", "Many tests at once: Benjamini and Hochberg"),
    (
      "pbcseq",
      "Whole figures: stages of primary biliary cholangitis, 312 patients, 1,945 visits (Therneau and Grambsch 2000)"
    ),
    ("jasa", "Whole figures: heart transplants at Stanford, 103 patients (Crowley and Hu 1977)"),
  ]

  /// docs/validation.md shows every comparison with the figures of this run.
  @Test func theProofPageShowsEveryFigure() async throws {
    var rows: [String: [String]] = [:]
    for (name, program) in Self.files {
      for cells in try Self.lines(of: "\(name).tsv") {
        let (ours, theirs) = (try await figure(cells[0]), Double(cells[1]))
        let prefix = String(cells[0].prefix { $0 != "." })
        rows[prefix, default: []].append(
          "| `\(cells[0])` | \(Self.digits(ours)) | \(Self.digits(theirs)) | \(program) | "
            + "\(Self.difference(ours, theirs)) |")
      }
    }
    #expect(Set(rows.keys) == Set(Self.parts.map(\.prefix)))
    var page = Self.head(rows.values.reduce(0) { $0 + $1.count })
    for part in Self.parts {
      page += "\n## \(part.title)\n\n"
      if let log = ReferenceLog.all.first(where: { $0.name == part.prefix }) {
        page += "\(log.note)\n\n"
      }
      page += "| figure | ours | theirs | by | relative difference |\n"
      page += "|---|---|---|---|---|\n" + (rows[part.prefix] ?? []).joined(separator: "\n") + "\n"
    }
    try Golden.check(page, equals: "docs/validation.md")
  }

  private static func head(_ count: Int) -> String {
    """
    # Figures compared with other programs

    `ReferenceTests` computes these \(count) figures with the code of the reports and compares each with the value of
    another program, on that program's own example data or on published data. The test fails where they differ by more
    than 1e-9 of the value, or by 1e-15. `WRITE_GOLDEN=1 swift test --filter ReferenceTests` writes this page.

    | by | versions | scripts in `Tests/StatusSyncTests/Analytics/Reference` |
    |---|---|---|
    | R | R 4.2.2, survival 3.5-3 (Debian 12) | `statistics.R`, `events.R` |
    | Python | lifelines 0.30.3, statsmodels 0.15.0, SciPy 1.17.1 | `statistics.py` |
    | DuckDB | DuckDB 2.0.0 | `figures.py`, `figures.sql` |
    | pm4py | pm4py 2.7.23.11 | `figures.py` |

    Ten digits are shown; a relative difference of 0 means that all ten are the same. `NA`: the value is not reached,
    or not known. In a name, `p50` is the median, `S100` the share that is left on day 100, `rmean` the mean up to the
    last day that is looked at, `lo` and `hi` the limits of the 95 % interval, `p` a p-value.

    The last two parts compare whole figures. Two published histories, data of R's `survival` (LGPL 2 or later), are
    written as logs of statuses; `Measure` reads them, and the figures are those of the view `metric_long`: a name is
    the table, the column, and what tells its rows apart. DuckDB computes them by SQL that was written from the
    definitions in [figures.md](figures.md). Of pm4py there are the figures that it defines in the same way: its
    directly-follows graph is `transitions`, the last activities are the distribution at `as_of`. R computes time in
    status and the share that reached a status from its own table of the patients; who is not known to be dead is
    watched until `as_of`.

    """
  }

  private static func digits(_ value: Double?) -> String {
    value.map { String(format: "%.10g", $0) } ?? "NA"
  }

  private static func difference(_ ours: Double?, _ theirs: Double?) -> String {
    guard let ours, let theirs, digits(ours) != digits(theirs) else { return "0" }
    return String(format: "%.0e", abs(ours - theirs) / max(abs(theirs), .leastNormalMagnitude))
  }

  /// Newcombe 1998, "Interval estimation for the difference", table II, method 10.
  static let newcombe: [(Int, Int, Int, Int, Double, Double)] = [
    (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090),
    (10, 10, 0, 20, 0.6791, 1), (5, 56, 0, 29, -0.0381, 0.1926),
  ]

  @Test(arguments: newcombe)
  func agreesWithNewcombe(_ row: (Int, Int, Int, Int, Double, Double)) throws {
    let interval = try #require(
      ProportionDifference(
        previous: Proportion(row.2, of: row.3), current: Proportion(row.0, of: row.1)
      ).newcombe)
    #expect(abs(interval.low - row.4) < 6e-5)
    #expect(abs(interval.high - row.5) < 6e-5)
  }

  // MARK: - The meaning of each name

  enum Unknown: Error { case figure(String) }

  private func figure(_ name: String) async throws -> Double? {
    let parts = name.split(separator: ".").map(String.init)
    switch parts[0] {
    case "aml", "veteran", "lung", "waltons": return try curve(name)
    case "logrank": return try logRank(parts)
    case "pbc": return try incidence(parts)
    case "pbcseq", "jasa": return try await ReferenceLog.figure(name)
    case "bh":
      let q = FalseDiscovery.benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.8, 0.2, 0.03, 1])
      return Int(parts[1]).map { q[$0 - 1] }
    case "binomial": return try binomial(name)
    default: return try proportion(parts)
    }
  }

  private func curve(_ name: String) throws -> Double? {
    let groups: [(String, CensoredDurations, Int64)] = [
      ("aml.maintained.", SurvivalData.amlMaintained, 90), ("aml.not.", SurvivalData.amlNot, 45),
      ("veteran.", SurvivalData.all(SurvivalData.veteranStandard, SurvivalData.veteranTest), 365),
      ("lung.", SurvivalData.all(SurvivalData.lungMen, SurvivalData.lungWomen), 365),
      ("waltons.", SurvivalData.all(SurvivalData.waltonsFew, SurvivalData.waltonsMany), 50),
    ]
    guard let group = groups.first(where: { name.hasPrefix($0.0) }) else {
      throw Unknown.figure(name)
    }
    let estimate = KaplanMeier(group.1)
    switch name.dropFirst(group.0.count) {
    case "p25": return estimate.quantile(0.25).map(Double.init)
    case "p50": return estimate.quantile(0.5).map(Double.init)
    case "p75": return estimate.quantile(0.75).map(Double.init)
    case "p90": return estimate.quantile(0.9).map(Double.init)
    case "median.lo": return estimate.interval(of: 0.5).low.map(Double.init)
    case "median.hi": return estimate.interval(of: 0.5).high.map(Double.init)
    case "rmean": return estimate.restrictedMean(to: group.2)
    case let time where time.first == "S":
      guard let time = Int64(time.dropFirst()) else { throw Unknown.figure(name) }
      return estimate.steps.last { $0.time <= time }?.survival ?? 1
    default: throw Unknown.figure(name)
    }
  }

  private func logRank(_ parts: [String]) throws -> Double? {
    let groups = [
      "aml": (SurvivalData.amlMaintained, SurvivalData.amlNot),
      "veteran": (SurvivalData.veteranStandard, SurvivalData.veteranTest),
      "lung": (SurvivalData.lungMen, SurvivalData.lungWomen),
      "waltons": (SurvivalData.waltonsFew, SurvivalData.waltonsMany),
    ]
    guard let (first, second) = groups[parts[1]] else { throw Unknown.figure(parts[1]) }
    let test = LogRank(first, second)
    switch parts[2] {
    case "chisq": return test.chiSquared
    case "excess": return test.excess
    case "p": return test.pValue
    default: throw Unknown.figure(parts[2])
    }
  }

  private func incidence(_ parts: [String]) throws -> Double? {
    guard let time = Int64(parts[2]) else { throw Unknown.figure(parts[2]) }
    let asked: Character? = parts[1] == "transplant" ? "*" : nil
    var risks = CompetingRisks()
    for (time, mark) in SurvivalData.pbc {
      risks.append(
        time: time, end: mark == "+" ? .censored : mark == asked ? .event : .competing)
    }
    let point = try #require(risks.curve(at: [time]).first)
    switch parts.dropFirst(3).first {
    case "lo": return point.low
    case "hi": return point.high
    default: break
    }
    #expect(point.probability == risks.incidence(by: [5_000, time]).last ?? nil)
    return point.probability
  }

  private func binomial(_ name: String) throws -> Double {
    let numbers = name.dropFirst("binomial.".count).split(separator: ".")
    guard let k = Int(numbers[0]), let n = Int(numbers[1]), numbers.count == 5,
      let p = Double("0.\(numbers[3])")
    else { throw Unknown.figure(name) }
    let binomial = Binomial(trials: n, probability: p)
    return numbers[4] == "atMost" ? binomial.atMost(k) : binomial.atLeast(k)
  }

  private func proportion(_ parts: [String]) throws -> Double? {
    let k = parts[1..<(parts.count - 1)].compactMap { Int($0) }
    switch (parts[0], parts.last) {
    case ("wilson", "lo"): return Proportion(k[0], of: k[1]).wilson?.low
    case ("wilson", "hi"): return Proportion(k[0], of: k[1]).wilson?.high
    case ("poisson", "p"): return CountDifference(previous: k[0], current: k[1]).pValue
    case ("poisson", "lo"): return CountDifference(previous: k[0], current: k[1]).interval?.low
    case ("poisson", "hi"): return CountDifference(previous: k[0], current: k[1]).interval?.high
    case ("pooled", "p"), ("newcombe", _):
      let difference = ProportionDifference(
        previous: Proportion(k[0], of: k[1]), current: Proportion(k[2], of: k[3]))
      if parts[0] == "pooled" { return difference.pValue }
      return parts.last == "lo" ? difference.newcombe?.low : difference.newcombe?.high
    default: throw Unknown.figure(parts.joined(separator: "."))
    }
  }
}
