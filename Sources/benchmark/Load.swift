import StatusSync

/// What `load.lua` says of one phase, and how the probes fared meanwhile.
struct Load: Codable {
  var seconds: Double
  /// Of all answers, whatever their status.
  var p50_ms: Double
  var p95_ms: Double
  var p99_ms: Double
  var max_ms: Double
  /// Connections and requests that failed.
  var broken: Int
  var statuses: [String: Int]
  /// The longest answer of `/health` and `/ready`.
  var probe_max_ms: Double?

  /// Only 2xx is a success.
  var taken: Int { statuses.filter { $0.key.hasPrefix("2") }.values.reduce(0, +) }
  var others: [String: Int] { statuses.filter { !$0.key.hasPrefix("2") } }
  var perSecond: Double { seconds > 0 ? Double(taken) / seconds : 0 }

  /// The others in words.
  var rest: String {
    let answers = others.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
    return (answers + (broken > 0 ? ["\(broken) broken"] : [])).joined(separator: ", ")
  }
}

extension APIBench {
  /// A table for people; the last line is for machines.
  func show(_ results: [(Phase, Load)], written: Int) throws {
    print(
      Terminal.table(
        ["phase", "2xx/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "2xx", "others", "probes ms"],
        results.map { phase, load in
          [
            phase.name, rounded(load.perSecond), rounded(load.p50_ms), rounded(load.p95_ms),
            rounded(load.p99_ms), rounded(load.max_ms), "\(load.taken)", load.rest,
            rounded(load.probe_max_ms ?? 0),
          ]
        }))
    print("\(written) changes are in the log; those cut off by the end of a phase are among them")
    let fields = results.map { phase, load in
      let others = load.others.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
      return "\"\(phase.name)\":{\"per_second\":\(rounded(load.perSecond)),\"ok\":\(load.taken),"
        + "\"p50_ms\":\(rounded(load.p50_ms)),\"p95_ms\":\(rounded(load.p95_ms)),"
        + "\"p99_ms\":\(rounded(load.p99_ms)),\"max_ms\":\(rounded(load.max_ms)),"
        + "\"others\":{\(others.joined(separator: ","))},\"broken\":\(load.broken),"
        + "\"probe_max_ms\":\(rounded(load.probe_max_ms ?? 0))}"
    }
    print("{\"connections\":\(Self.connections),\(fields.joined(separator: ","))}")
  }
}
